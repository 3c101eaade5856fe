//! Whatever a plugin does, the coordinator gets an answer, of the right kind and in time.

use ndarray::Array2;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use takens_host::isolate::{
    Ending, FailureKind, Job, Limits, Outcome, SpawnError, Watch, Worker, WorkerCommand,
};
use takens_host::plugins::{MANIFEST, PluginFile, scan};
use takens_plugin::{Dataset, random_stream};

const GRACE: Duration = Duration::from_millis(150);
const MEGABYTE: u64 = 1 << 20;

/// A plugin's folder, from its crate and the library that cargo built for this test.
fn lay_out(root: &Path, name: &str, folder: &str) -> PathBuf {
    let beside = std::env::current_exe().unwrap();
    let library = format!("libtakens_{name}.so");
    let built = beside.parent().unwrap().join(&library);
    assert!(built.exists(), "cargo built no {}", built.display());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    let target = root.join(name);
    std::fs::create_dir(&target).unwrap();
    std::fs::copy(source.join(MANIFEST), target.join(MANIFEST)).unwrap();
    std::fs::copy(built, target.join(library)).unwrap();
    target
}

fn plugins() -> (tempfile::TempDir, PluginFile, PluginFile) {
    let root = tempfile::tempdir().unwrap();
    lay_out(root.path(), "naive", "plugins/naive");
    lay_out(root.path(), "faulty", "tests/faulty");
    let scan = scan(&[root.path().to_owned()]);
    assert_eq!(scan.problems, []);
    let find = |id: &str| scan.plugins.iter().find(|one| one.manifest.id == id).unwrap().clone();
    let (naive, faulty) = (find("naive"), find("faulty"));
    (root, naive, faulty)
}

fn command() -> WorkerCommand {
    WorkerCommand::new(env!("CARGO_BIN_EXE_takens-worker"), [""; 0])
}

fn job(method: &str) -> Job {
    let values = Array2::from_shape_fn((50, 2), |(row, column)| (row + 100 * column) as f64);
    Job {
        method: method.into(),
        params_json: String::new(),
        context: values.slice(ndarray::s![40.., ..]).to_owned(),
        dataset: Dataset::single(0.1, values),
        horizon: 4,
        seed: 11,
        stream: 0,
        threads: 1,
        want_candidates: true,
        deadline: None,
    }
}

fn limits(wall: Duration) -> Limits {
    Limits { wall, memory: 0, grace: GRACE }
}

/// Runs one faulty method in a worker of its own; fails if that takes longer than `seconds`.
#[track_caller]
fn check(method: &str, limits: Limits, seconds: f64, expected: impl Fn(&Ending) -> bool) -> Ending {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let start = Instant::now();
    let ending = worker.run(&job(method), &limits);
    let took = start.elapsed().as_secs_f64();
    assert!(expected(&ending), "{method}: {ending:?}");
    drop(worker);
    assert!(took < seconds, "{method}: {took} s");
    ending
}

fn failed(ending: &Ending, kind: FailureKind, text: &str) -> bool {
    matches!(&ending.outcome, Outcome::Failed { kind: found, message }
        if *found == kind && message.contains(text))
}

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

#[test]
fn a_well_behaved_method_does_its_job() {
    let (_root, naive, _) = plugins();
    let mut worker = Worker::spawn(&command(), &naive).unwrap();
    assert_eq!(worker.methods()[0].id, "naive");
    assert_eq!(worker.oddities(), [""; 0]);
    let ending = worker.run(&job("naive"), &limits(LONG));
    let expected = Array2::from_shape_fn((4, 2), |(_, column)| (49 + 100 * column) as f64);
    let done = Outcome::Done { forecast: Some(expected), candidates: vec![] };
    assert_eq!(ending.outcome, done);
    assert!(ending.cost.peak_memory > 1 << 20 && ending.cost.cpu_seconds.is_some());
    assert!(worker.is_fit());
}

#[test]
fn equations_and_random_numbers_come_through() {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let ending = worker.run(&job("finds"), &limits(LONG));
    let Outcome::Done { candidates, .. } = &ending.outcome else { panic!("{ending:?}") };
    assert_eq!(candidates[0].equations, ["x0 - x1^2", "x0 - x1^2"]);
    assert_eq!((candidates[1].complexity, candidates[1].loss), (1.0, 1.0));
    let shifted = Job { params_json: r#"{"shift": 1}"#.into(), stream: 2, ..job("draws") };
    let ending = worker.run(&shifted, &limits(LONG));
    let Outcome::Done { forecast: Some(forecast), .. } = &ending.outcome else {
        panic!("{ending:?}")
    };
    let stream = random_stream(11, 2, 3);
    for (place, value) in forecast.iter().enumerate() {
        assert_eq!(*value, 1.0 + stream.uniform(5 + place as u64));
    }
}

#[test]
fn bad_jobs_are_named() {
    let (_root, naive, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let bad = Job { params_json: r#"{"shift": 7}"#.into(), ..job("finds") };
    let ending = worker.run(&bad, &limits(LONG));
    assert!(failed(&ending, FailureKind::InvalidParams, "`shift` is 7"), "{ending:?}");
    let ending = worker.run(&job("none"), &limits(LONG));
    assert!(failed(&ending, FailureKind::Unsupported, "no method `none`"), "{ending:?}");
    let ending = worker.run(&Job { threads: 2, ..job("finds") }, &limits(LONG));
    assert!(failed(&ending, FailureKind::Internal, "budget of 2 threads"), "{ending:?}");
    let mut worker = Worker::spawn(&command(), &naive).unwrap();
    let mut bad = job("naive");
    bad.dataset.series[0].values[[3, 1]] = f64::NAN;
    let ending = worker.run(&bad, &limits(LONG));
    assert!(failed(&ending, FailureKind::InvalidData, "sample 3, component 1"), "{ending:?}");
}

#[test]
fn panics_come_with_text_and_place() {
    let panic = FailureKind::Panic;
    let ending = check("panics", limits(LONG), 5.0, |ending| {
        failed(ending, panic, "the fit of 50 samples is lost (at ")
            && failed(ending, panic, "faulty/src/lib.rs:")
    });
    assert_eq!(ending.log, "", "a caught panic prints nothing");
    check("thread-panics", limits(LONG), 5.0, |ending| failed(ending, panic, "lost in a thread"));
}

#[test]
fn a_worker_survives_failures_that_are_answered() {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    for method in ["panics", "refuses", "diverges", "nan", "waits", "draws"] {
        worker.run(&job(method), &limits(SHORT));
        assert!(worker.is_fit(), "{method}");
    }
    assert_eq!(worker.jobs(), 6);
    let ending = worker.run(&job("finds"), &limits(LONG));
    assert!(matches!(ending.outcome, Outcome::Done { .. }), "{ending:?}");
}

#[test]
fn crashes_are_told_by_their_signal() {
    let signal = |expected: i32| {
        move |ending: &Ending| ending.outcome == Outcome::Crashed { signal: expected }
    };
    check("segfaults", limits(LONG), 5.0, signal(11));
    check("aborts", limits(LONG), 5.0, signal(6));
    check("exits", limits(LONG), 5.0, |ending| failed(ending, FailureKind::Exited, "exit code 3"));
}

#[test]
fn what_never_ends_is_ended() {
    let timed_out = |ending: &Ending| ending.outcome == Outcome::TimedOut;
    for method in ["waits", "spins", "defies", "forks-and-spins"] {
        check(method, limits(SHORT), 3.0, timed_out);
    }
    let ending = check("talks", limits(SHORT), 3.0, timed_out);
    assert!(ending.log.contains("[info] so much to say\n"));
    assert!(ending.log.len() < 100_000, "{} bytes", ending.log.len());
}

#[test]
fn memory_without_end_is_ended() {
    let out = |ending: &Ending| matches!(ending.outcome, Outcome::OutOfMemory { .. });
    let small = Limits { memory: 200 * MEGABYTE, ..limits(LONG) };
    let ending = check("hoards", small, 20.0, out);
    assert!(ending.cost.peak_memory < 600 * MEGABYTE, "{ending:?}");
    check("huge", small, 5.0, out);
}

#[test]
fn what_a_child_uses_counts() {
    let ending = check("toils-apart", limits(LONG), 30.0, |ending| {
        matches!(ending.outcome, Outcome::Done { .. })
    });
    assert!(ending.cost.cpu_seconds.unwrap() >= 0.5, "{ending:?}");
    let small = Limits { memory: 100 * MEGABYTE, ..limits(LONG) };
    let ending = check("holds-apart", small, 20.0, |ending| {
        matches!(&ending.outcome, Outcome::OutOfMemory { message }
            if message.contains("bytes resident in 2 processes; the limit is 104857600"))
    });
    assert!(ending.cost.peak_memory > 100 * MEGABYTE, "{ending:?}");
}

#[test]
fn values_that_are_not_finite_are_a_divergence() {
    let ending = check("nan", limits(LONG), 5.0, |_| true);
    let Outcome::Diverged { forecast: Some(forecast), message } = ending.outcome else {
        panic!("{ending:?}")
    };
    assert_eq!(message, "not finite at sample 2, component 0");
    assert!(forecast[[2, 0]].is_nan() && forecast[[1, 0]] == 0.0);
    check("diverges", limits(LONG), 5.0, |ending| {
        matches!(&ending.outcome, Outcome::Diverged { forecast: None, message }
            if message == "ran away at sample 7")
    });
}

#[test]
fn a_gigabyte_of_output_disturbs_nothing() {
    let done = |ending: &Ending| matches!(ending.outcome, Outcome::Done { .. });
    let ending = check("prints", limits(LONG), 30.0, done);
    assert!(ending.log.starts_with("####") && ending.log.ends_with("that was all\n"));
    assert!(ending.log.contains("bytes left out") && ending.log.len() < 100_000);
}

#[test]
fn a_changed_rounding_mode_is_put_back_and_told() {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let ending = worker.run(&job("rounds"), &limits(LONG));
    assert!(ending.oddities[0].starts_with("in fit, the floating-point control"), "{ending:?}");
    assert!(matches!(ending.outcome, Outcome::Done { .. }) && !worker.is_fit());
    let ending = worker.run(&job("finds"), &limits(LONG));
    assert_eq!(ending.oddities, [""; 0]);
}

#[test]
fn a_child_left_behind_is_told_and_killed() {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let group = worker.id();
    let ending = worker.run(&job("forks"), &limits(LONG));
    assert_eq!(ending.oddities, ["processes started by the method are still there"]);
    drop(worker);
    let gone = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        !group_has_running(group)
    });
    assert!(gone, "the child is still there");
}

/// Whether a process of the group is left that is not dead already.
fn group_has_running(group: u32) -> bool {
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<_> = fields.split_ascii_whitespace().collect();
        fields.len() > 2 && fields[2] == group.to_string() && fields[0] != "Z"
    })
}

#[test]
fn a_broken_channel_is_noticed() {
    let lost = |ending: &Ending| matches!(ending.outcome, Outcome::Lost { .. });
    check("closes", limits(LONG), 5.0, lost);
    check("scribbles", limits(LONG), 5.0, lost);
}

#[test]
fn a_worker_killed_from_outside_is_lost() {
    let (_root, naive, faulty) = plugins();
    let lost = |ending: &Ending, text: &str| matches!(&ending.outcome, Outcome::Lost { reason } if reason.contains(text));
    // SAFETY: a plain system call on a process of this test.
    let kill = |id: u32| unsafe { libc::kill(id as i32, libc::SIGKILL) };
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let id = worker.id();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(SHORT);
        kill(id);
    });
    let ending = worker.run(&job("spins"), &limits(LONG));
    killer.join().unwrap();
    assert!(lost(&ending, "killed by signal 9, not by this host"), "{ending:?}");
    let mut worker = Worker::spawn(&command(), &naive).unwrap();
    kill(worker.id());
    std::thread::sleep(SHORT);
    let ending = worker.run(&job("naive"), &limits(LONG));
    assert!(lost(&ending, "between two jobs"), "{ending:?}");
    assert!(!worker.is_fit());
}

#[test]
fn a_job_can_be_stopped_and_watched() {
    let (_root, _, faulty) = plugins();
    let mut worker = Worker::spawn(&command(), &faulty).unwrap();
    let stop = AtomicBool::new(false);
    let mut heard = 0;
    let mut progress = |fraction: f64, loss: Option<f64>, text: &str| {
        assert!(fraction > 0.0 && loss == Some(1.0) && text == "on it");
        heard += 1;
        stop.store(true, Ordering::Relaxed);
    };
    let mut watch = Watch { stop: Some(&stop), progress: Some(&mut progress) };
    let ending = worker.run_watched(&job("talks"), &limits(LONG), &mut watch);
    assert_eq!(ending.outcome, Outcome::Lost { reason: "the run was stopped".into() });
    assert!(heard > 0);
}

#[test]
fn a_worker_outlives_the_thread_that_asked_for_it() {
    let (_root, naive, _) = plugins();
    let spawn = move || Worker::spawn(&command(), &naive).unwrap();
    let mut worker = std::thread::spawn(spawn).join().unwrap();
    let ending = worker.run(&job("naive"), &limits(LONG));
    assert!(matches!(ending.outcome, Outcome::Done { .. }), "{ending:?}");
}

#[test]
fn libraries_that_are_no_plugins_are_refused() {
    #[track_caller]
    fn check(change: impl Fn(&Path), expected: &str) {
        let root = tempfile::tempdir().unwrap();
        let folder = lay_out(root.path(), "naive", "plugins/naive");
        change(&folder);
        let plugin = PluginFile::open(&folder).unwrap();
        let error = Worker::spawn(&command(), &plugin).unwrap_err();
        assert!(matches!(error, SpawnError::Refused { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let library = "libtakens_naive.so";
    check(|folder| std::fs::write(folder.join(library), "no library").unwrap(), "cannot be loaded");
    let edit = |from: &'static str, to: &'static str| {
        move |folder: &Path| {
            let path = folder.join(MANIFEST);
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(from));
            std::fs::write(path, text.replace(from, to)).unwrap();
        }
    };
    check(edit("version = \"0.1.0\"", "version = \"0.1.1\""), "from line 2 on");
}

#[test]
fn a_used_worker_costs_little_per_job() {
    let (_root, naive, _) = plugins();
    let mut worker = Worker::spawn(&command(), &naive).unwrap();
    let start = Instant::now();
    for _ in 0..100 {
        worker.run(&job("naive"), &limits(LONG));
    }
    let each = start.elapsed().as_secs_f64() / 100.0;
    // The goal is 5 ms; test machines are busy.
    assert!(each < 0.05, "{each} s a job");
}
