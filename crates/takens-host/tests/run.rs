//! A sweep from plan to store, over real worker processes: what is run again, and what counts.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use takens_catalog::Catalog;
use takens_host::plugins::{MANIFEST, scan};
use takens_host::{
    Event, PluginSet, Reader, Run, RunError, RunOptions, Status, Summary, Sweep, WorkerCommand,
    plan, read,
};

/// A folder of plugins and a folder for a run.
struct Bench {
    root: tempfile::TempDir,
    catalog: Catalog,
}

impl Bench {
    fn new() -> Self {
        let bench =
            Self { root: tempfile::tempdir().unwrap(), catalog: Catalog::builtin().unwrap() };
        for (name, source) in [("naive", "plugins/naive"), ("faulty", "tests/faulty")] {
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(source);
            let target = bench.root.path().join("plugins").join(name);
            std::fs::create_dir_all(&target).unwrap();
            std::fs::copy(source.join(MANIFEST), target.join(MANIFEST)).unwrap();
            let library = format!("libtakens_{name}.so");
            let built = std::env::current_exe().unwrap().with_file_name(&library);
            std::fs::copy(built, target.join(library)).unwrap();
        }
        bench
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("run")
    }

    fn plugins(&self) -> PluginSet {
        PluginSet::of(scan(&[self.root.path().join("plugins")])).unwrap()
    }

    /// Goes on in the folder with this sweep, on one system and for a few samples.
    fn go_on(&self, sweep: &str, on_event: &(dyn Fn(Event) + Sync)) -> Result<Summary, RunError> {
        let text = format!(
            "systems = [\"Henon\"]\n{sweep}\n\
             [recipe]\ntrain = 20\ntest = 5\nsampling = {{ per_period = 15.0 }}\n"
        );
        let sweep: Sweep = toml::from_str(&text).unwrap();
        let plugins = self.plugins();
        let plan = plan(&sweep, &self.catalog, &plugins).unwrap();
        let options = RunOptions {
            folder: &self.folder(),
            resume: true,
            workers: 2,
            worker: WorkerCommand::new(env!("CARGO_BIN_EXE_takens-worker"), [""; 0]),
            stop: STOP.with(|stop| *stop),
            joint: None,
        };
        takens_host::run(&sweep, &plan, &self.catalog, &plugins, &options, on_event)
    }

    fn results(&self) -> Run {
        read(&self.folder()).unwrap()
    }
}

thread_local! {
    /// Stops the run of this test.
    static STOP: &'static AtomicBool = Box::leak(Box::default());
}

fn quiet(_: Event) {}

#[test]
fn what_is_known_is_not_run_again_and_another_sweep_sets_it_aside() {
    let bench = Bench::new();
    let first = bench.go_on("methods = [\"naive\"]\nseeds = 2", &quiet).unwrap();
    assert_eq!(first, Summary { known: 0, run: 2, elsewhere: 0, stopped: false });
    let wider = bench.go_on("methods = [\"naive\", \"draws\"]\nseeds = 2", &quiet).unwrap();
    assert_eq!(wider, Summary { known: 2, run: 2, elsewhere: 0, stopped: false });
    assert_eq!(bench.results().results.len(), 4);

    let threads = "methods = [\"naive\"]\nseeds = 2\nlimits = { threads = 2 }";
    let other = bench.go_on(threads, &quiet).unwrap();
    assert_eq!(other, Summary { known: 0, run: 2, elsewhere: 0, stopped: false });
    let run = bench.results();
    assert_eq!((run.results.len(), run.planned, run.set_aside), (2, Some(2), 4));
    assert!(run.results.values().all(|record| record.status == Status::Done));

    let again = bench.go_on("methods = [\"naive\", \"draws\"]\nseeds = 2", &quiet).unwrap();
    assert_eq!(again, Summary { known: 4, run: 0, elsewhere: 0, stopped: false });
    assert_eq!(bench.results().results.len(), 4);
}

#[test]
fn a_panic_is_tried_twice_and_a_divergence_once() {
    let bench = Bench::new();
    let sweep = "methods = [\"panics\", \"diverges\", \"nan\"]\nseeds = 1";
    bench.go_on(sweep, &quiet).unwrap();
    let run = bench.results();
    let of = |method: &str| run.results.values().find(|record| record.method == method).unwrap();
    let provenances = Reader::open(&bench.folder()).unwrap().provenances().unwrap();
    let attempts = |method: &str| {
        let provenance: serde_json::Value =
            serde_json::from_str(&provenances[&of(method).id]).unwrap();
        provenance["attempts"].as_u64().unwrap()
    };
    assert_eq!((of("panics").status, attempts("panics")), (Status::Failed, 2));
    assert!(of("panics").scores.is_empty());
    for method in ["diverges", "nan"] {
        assert_eq!((of(method).status, attempts(method)), (Status::Diverged, 1));
        assert!(of(method).scores["smape"] > 0.0);
    }
    assert_eq!(bench.go_on(sweep, &quiet).unwrap().known, 3);
}

#[test]
fn a_stopped_run_keeps_what_ended_and_goes_on() {
    let bench = Bench::new();
    let stop = STOP.with(|stop| *stop);
    let sweep = "methods = [\"naive\"]\nseeds = 20";
    let stop_soon = |event: Event| {
        if matches!(event, Event::Ended(_)) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let cut = bench.go_on(sweep, &stop_soon).unwrap();
    assert!(cut.stopped && (1..20).contains(&cut.run), "{cut:?}");
    let run = bench.results();
    assert_eq!((run.results.len(), run.planned), (cut.run, Some(20)));
    stop.store(false, Ordering::Relaxed);
    let rest = bench.go_on(sweep, &quiet).unwrap();
    assert_eq!(rest, Summary { known: cut.run, run: 20 - cut.run, elsewhere: 0, stopped: false });
    assert!(bench.results().results.values().all(|record| record.status == Status::Done));
}

#[test]
fn a_plugin_built_anew_while_the_run_goes_on_ends_it() {
    let bench = Bench::new();
    let library = bench.root.path().join("plugins/naive/libtakens_naive.so");
    let newer = library.with_extension("new");
    let rebuild = |event: Event| {
        if matches!(event, Event::Known(_)) {
            // A byte more at the end changes nothing but the hash.
            let mut bytes = std::fs::read(&library).unwrap();
            bytes.push(0);
            std::fs::write(&newer, bytes).unwrap();
            std::fs::rename(&newer, &library).unwrap();
        }
    };
    let sweep = "methods = [\"naive\"]\nseeds = 2";
    let error = bench.go_on(sweep, &rebuild).unwrap_err();
    assert!(matches!(error, RunError::PluginChanged { .. }), "{error}");
    assert_eq!(bench.results().results.len(), 0);
    assert_eq!(bench.go_on(sweep, &quiet).unwrap().run, 2);
}
