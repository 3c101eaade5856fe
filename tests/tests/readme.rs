//! The README does what it says: its system, its method and its commands are run.

use std::fs;
use std::path::Path;
use takens_tests::{built, root, takens};

/// The text of all fenced blocks of one kind.
fn blocks(kind: &str) -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let fence = format!("```{kind}\n");
    readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_string()).collect()
}

/// Splits a command as a shell does, double quotes included.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words
}

/// Puts the example's library and manifest where `--plugin-dir my-plugins` looks.
fn stage(folder: &Path) {
    let target = folder.join("my-plugins/drift");
    fs::create_dir_all(&target).unwrap();
    fs::copy(root().join("examples/drift/takens-plugin.toml"), target.join("takens-plugin.toml"))
        .unwrap();
    let library = built().join("libtakens_drift.so");
    assert!(
        library.exists(),
        "{} is missing; build it with `cargo build -p takens-drift`",
        library.display()
    );
    fs::copy(library, target.join("libtakens_drift.so")).unwrap();
}

#[test]
fn every_command_of_the_readme_works() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pair.dsl"), &blocks("dsl")[0]).unwrap();
    stage(folder.path());
    let commands: Vec<String> = blocks("sh")
        .iter()
        .flat_map(|block| block.lines().map(str::to_string).collect::<Vec<_>>())
        .collect();
    assert!(commands.len() >= 8);
    for command in commands {
        let words = words(&command);
        assert_eq!(words[0], "takens");
        let output = takens().args(&words[1..]).current_dir(folder.path()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{errors}");
        assert!(!errors.contains("warning"), "{command}\n{errors}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("pair.csv")).unwrap().lines().count(), 2001);
    assert!(
        fs::read_to_string(folder.path().join("pair-run/report.html")).unwrap().contains("</html>")
    );
}

#[test]
fn the_method_of_the_readme_is_the_example() {
    let source = fs::read_to_string(root().join("examples/drift/src/lib.rs")).unwrap();
    let block = &blocks("rust")[0];
    assert!(
        source.contains(block.as_str()),
        "the README's method differs from examples/drift/src/lib.rs"
    );
}

#[test]
fn the_two_commands_are_chores_that_exist() {
    let text = blocks("text").concat();
    let main = fs::read_to_string(root().join("xtask/src/main.rs")).unwrap();
    for chore in ["quickstart", "ci"] {
        assert!(text.contains(&format!("cargo xtask {chore}")));
        assert!(main.contains(&format!("[\"{chore}\"")));
    }
}
