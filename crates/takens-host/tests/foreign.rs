//! A plugin in another language, with shorter structs than the host's, is a plugin like any other.

use ndarray::Array2;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use takens_host::isolate::{FailureKind, Job, Limits, Outcome, Worker, WorkerCommand};
use takens_host::plugins::{MANIFEST, PluginFile};
use takens_plugin::Dataset;

/// Compiles the plugin in C into a folder of its own.
fn compiled(folder: &Path) -> PluginFile {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign");
    let manifest = std::fs::read_to_string(source.join(MANIFEST)).unwrap();
    std::fs::write(folder.join(MANIFEST), &manifest).unwrap();
    let status = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Werror", "-O1", "-shared", "-fPIC"])
        .arg(format!("-DMANIFEST={manifest:?}"))
        .arg(source.join("persistence.c"))
        .arg("-o")
        .arg(folder.join("libforeign.so"))
        .status()
        .expect("the build needs a C compiler");
    assert!(status.success());
    PluginFile::open(folder).unwrap()
}

#[test]
fn a_plugin_in_c_with_short_structs_does_its_job() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = compiled(folder.path());
    let command = WorkerCommand::new(env!("CARGO_BIN_EXE_takens-worker"), [""; 0]);
    let mut worker = Worker::spawn(&command, &plugin).unwrap();
    assert_eq!(worker.methods()[0].id, "c-persistence");
    let values = Array2::from_shape_fn((9, 2), |(row, column)| (10 * row + column) as f64);
    let job = Job {
        method: "c-persistence".into(),
        params_json: "{}".into(),
        context: values.clone(),
        dataset: Dataset::single(0.1, values),
        horizon: 3,
        seed: 0,
        stream: 0,
        threads: 1,
        want_candidates: true,
        deadline: None,
    };
    let limits = Limits::new(Duration::from_secs(60), 0);
    let ending = worker.run(&job, &limits);
    let forecast = Some(Array2::from_shape_fn((3, 2), |(_, column)| (80 + column) as f64));
    assert_eq!(ending.outcome, Outcome::Done { forecast, candidates: vec![] });
    let bad = Job { params_json: r#"{"a": 1}"#.into(), ..job };
    let Outcome::Failed { kind, message } = worker.run(&bad, &limits).outcome else {
        panic!("parameters that are not there were taken")
    };
    assert_eq!((kind, message.as_str()), (FailureKind::InvalidParams, "there are no parameters"));
}
