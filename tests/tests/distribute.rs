//! A sweep that many processes run in one folder, as machines of a cluster do.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use takens_tests::{built, json, root, run, stdout, takens};

/// Eighteen tasks, of which six take their limit of two seconds.
const SWEEP: [&str; 6] = [
    "--systems=Henon,Logistic,Lorenz",
    "--methods=naive,mean,waits",
    "--protocol=p1-coarse",
    "--seeds=2",
    "--wall=2",
    "--plugin-dir",
];

struct Place {
    root: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { root: tempfile::tempdir().unwrap() };
        let target = place.root.path().join("my plugins").join("faulty");
        fs::create_dir_all(&target).unwrap();
        for file in
            [root().join("tests/faulty/takens-plugin.toml"), built().join("libtakens_faulty.so")]
        {
            fs::copy(&file, target.join(file.file_name().unwrap())).unwrap();
        }
        place
    }

    fn plugins(&self) -> PathBuf {
        self.root.path().join("my plugins")
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn bench(&self, folder: &Path, more: &[&str]) -> String {
        let output = takens()
            .args(["bench", "--out", text(folder), "--workers=2"])
            .args(more)
            .args(SWEEP)
            .arg(self.plugins())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        errors
    }

    fn start(&self, folder: &Path, more: &[&str]) -> Child {
        takens()
            .args(["distribute", "work", text(folder), "--lease=2", "--plugin-dir"])
            .arg(self.plugins())
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Looks at the run until something is there.
fn wait<T>(folder: &Path, what: &str, find: impl Fn(&Value) -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what} did not happen");
        if let Some(found) = find(&json(&["status", text(folder), "--json"])) {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn in_flight(status: &Value) -> Vec<Value> {
    status["in_flight"].as_array().unwrap().clone()
}

#[test]
fn what_a_killed_process_had_is_done_by_others_and_all_is_as_in_one_run() {
    let place = Place::new();
    let (alone, joint) = (place.folder("alone"), place.folder("joint"));
    place.bench(&alone, &[]);
    let told = place.bench(&joint, &["--prepare"]);
    assert!(told.contains("18 tasks, 0 known already") && told.contains("takens distribute slurm"));

    let mut processes: Vec<Child> =
        (1..=3).map(|number| place.start(&joint, &["--share", &format!("{number}/3")])).collect();
    // A task that is in flight for a while is one of those that take two seconds.
    let first = wait(&joint, "a task", |status| in_flight(status).first().cloned());
    std::thread::sleep(Duration::from_millis(300));
    let victim = wait(&joint, "a slow task", |status| {
        let flying = in_flight(status);
        let slow = flying.iter().find(|task| **task == first || flying.len() == 3)?;
        let members = status["members"].as_array()?.iter();
        Some(members.clone().find(|member| member["name"] == slow["member"])?.clone())
    });
    let process = processes
        .iter()
        .position(|child| victim["process"] == child.id())
        .expect("members tell their processes");
    processes[process].kill().unwrap();
    processes[process].wait().unwrap();
    let left = in_flight(&json(&["status", text(&joint), "--json"]));
    assert!(
        left.iter().any(|task| task["member"] == victim["name"]),
        "{left:?}: nothing in flight"
    );

    for (number, child) in processes.iter_mut().enumerate() {
        assert!(number == process || child.wait().unwrap().success());
    }
    let status = stdout(&["status", text(&joint)]);
    assert!(status.contains("18 of 18 ended") && !status.contains("1 in flight"), "{status}");
    assert!(status.contains(victim["name"].as_str().unwrap()), "{status}");

    // Its store counts like any other once the run is taken up again.
    let told = place.bench(&joint, &["--resume"]);
    assert!(told.contains("0 tasks run") && told.contains("18 known"), "{told}");
    assert!(!joint.join("joint").exists());
    let told = stdout(&["diff", text(&alone), text(&joint)]);
    assert_eq!(told, "18 tasks equal to the bit\n");
    assert_eq!(takens_host::read(&joint).unwrap().alarms, [""; 0]);
}

#[test]
fn nobody_goes_on_alone_where_others_are_at_work() {
    let place = Place::new();
    let folder = place.folder("run");
    place.bench(&folder, &["--prepare"]);
    let mut child = place.start(&folder, &["--share", "1/1"]);
    wait(&folder, "a task", |status| in_flight(status).first().cloned());
    let output = takens()
        .args(["bench", "--resume", "--out", text(&folder), "--plugin-dir"])
        .arg(place.plugins())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(errors.contains(&format!("process {}", child.id())), "{errors}");

    // Asked politely, it leaves nothing behind but what is done.
    // SAFETY: sending a signal touches no memory of this process.
    unsafe { libc::kill(child.id() as i32, libc::SIGTERM) };
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let status = json(&["status", text(&folder), "--json"]);
    assert!(status["members"].as_array().unwrap().is_empty() && in_flight(&status).is_empty());
    // One that helps only does the rest.
    assert!(place.start(&folder, &["--workers=2"]).wait().unwrap().success());
    assert_eq!(json(&["status", text(&folder), "--json"])["ended"], 18);
}

/// A planned run of eight quick tasks.
fn quick(place: &Place, name: &str) -> PathBuf {
    let folder = place.folder(name);
    let output = takens()
        .args(["bench", "--systems=Henon,Logistic", "--methods=naive,mean", "--seeds=2"])
        .args(["--protocol=p1-coarse", "--prepare", "--out", text(&folder)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

#[test]
fn the_script_for_slurm_is_a_worker_for_each_number() {
    let place = Place::new();
    let folder = quick(&place, "a run, it's 5%");
    let told = json(&[
        "distribute",
        "slurm",
        text(&folder),
        "--workers=2",
        "--cpus-per-task=3",
        "--partition=long",
        "--time=1-00:00:00",
        "--mem=8G",
        "--json",
        "--",
        "--account=abc",
        "-q high",
    ]);
    assert_eq!(
        (&told["workers"], &told["tasks"], &told["job"]),
        (&2.into(), &8.into(), &Value::Null)
    );
    let file = told["file"].as_str().unwrap();
    let script = fs::read_to_string(file).unwrap();
    for line in [
        "--array=1-2",
        "--requeue",
        "--cpus-per-task=3",
        "--partition=long",
        "--time=1-00:00:00",
        "--mem=8G",
        "--account=abc",
        "-q high",
    ] {
        assert!(script.contains(&format!("#SBATCH {line}\n")), "{line} is missing from\n{script}");
    }
    assert!(script.contains("5%%/logs/slurm-%A_%a.log\""), "{script}");
    for number in ["1", "2"] {
        let status = Command::new("sh").arg(file).env("SLURM_ARRAY_TASK_ID", number).status();
        assert!(status.unwrap().success());
    }
    assert_eq!(json(&["status", text(&folder), "--json"])["statuses"]["done"], 8);
    // The second had nothing to do: the first stole its share.
    assert_eq!(takens_host::read(&folder).unwrap().results.len(), 8);
    assert!(!folder.join("results-0002.sqlite").exists());
}

#[test]
fn the_file_for_hyperqueue_is_a_worker_for_each_task() {
    let place = Place::new();
    let folder = quick(&place, "run");
    let told = stdout(&["distribute", "hyperqueue", text(&folder), "--workers=2", "--lease=5"]);
    assert!(told.contains("submit it with: hq job submit-file"), "{told}");
    let file = fs::read_to_string(folder.join("hyperqueue.toml")).unwrap();
    let file: toml::Table = file.parse().unwrap();
    let tasks = file["task"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    for task in tasks {
        let words: Vec<&str> =
            task["command"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
        assert!(Command::new(words[0]).args(&words[1..]).status().unwrap().success());
        assert_eq!(task["request"][0]["resources"]["cpus"].as_integer(), Some(1));
    }
    assert_eq!(json(&["status", text(&folder), "--json"])["statuses"]["done"], 8);
}

#[test]
fn another_plan_and_no_plan_are_refused() {
    let place = Place::new();
    let folder = quick(&place, "run");
    let other = place.folder("henon.dsl");
    let map = "map Henon {\n    param a = 1.35, b = 0.3\n    state x = 0.1, y = 0.1\n\n    \
        next x = 1 - a*x^2 + y\n    next y = b*x\n}\n";
    fs::write(&other, map).unwrap();
    let refused = |arguments: &[&str], says: &str| {
        let output = run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_ne!(output.status.code(), Some(0));
        assert!(errors.contains(says), "{says:?} is missing from\n{errors}");
    };
    let work = ["--catalog", text(&other), "distribute", "work", text(&folder)];
    refused(&work, "for example naive on Henon");
    let slurm = ["--catalog", text(&other), "distribute", "slurm", text(&folder), "--workers=2"];
    refused(&slurm, "for example naive on Henon");
    refused(&["distribute", "slurm", "nowhere", "--workers=2"], "--prepare");
    refused(&["distribute", "work", text(&folder), "--share=3/2"], "K from 1 to N");
}
