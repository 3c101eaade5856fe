//! Plugins are tried in a process of their own before they are used; one that crashes is set aside until its file changes.

use std::fs;
use std::path::Path;
use std::process::Command;
use takens_tests::{built, root, takens};

/// A library that notes that it was loaded, and then ends its process.
const CRASHES: &str = r#"
#include <stdio.h>
#include <stdlib.h>
int takens_plugin_entry = VERSION;
__attribute__((constructor)) static void at_load(void) {
    FILE *log = fopen(getenv("PROBE_LOG"), "a");
    fputs("loaded\n", log);
    fclose(log);
    abort();
}
"#;

fn compile(folder: &Path, version: u32) {
    fs::write(folder.join("crashes.c"), CRASHES).unwrap();
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-o", "libcrashes.so", "crashes.c"])
        .arg(format!("-DVERSION={version}"))
        .current_dir(folder)
        .output()
        .expect("the tests need a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with a plugin that crashes when it is loaded, and one that is sound.
fn plugins(place: &Path) {
    let (crashes, naive) = (place.join("plugins/crashes"), place.join("plugins/naive"));
    fs::create_dir_all(&crashes).unwrap();
    fs::create_dir_all(&naive).unwrap();
    let manifest = fs::read_to_string(root().join("plugins/naive/takens-plugin.toml")).unwrap();
    fs::write(naive.join("takens-plugin.toml"), &manifest).unwrap();
    fs::copy(built().join("libtakens_naive.so"), naive.join("libtakens_naive.so")).unwrap();
    let manifest =
        manifest.replace("libtakens_naive", "libcrashes").replace("\"naive\"", "\"crashes\"");
    fs::write(crashes.join("takens-plugin.toml"), manifest).unwrap();
    compile(&crashes, 1);
}

/// How often the library was loaded so far, and what stood on standard error.
fn plan(place: &Path, method: &str) -> (usize, bool, String) {
    let log = place.join("log");
    let output = takens()
        .args(["bench", "--plan", "--systems", "Henon", "--seeds", "1", "--methods", method])
        .arg("--plugin-dir")
        .arg(place.join("plugins"))
        .env("XDG_CACHE_HOME", place.join("cache"))
        .env("PROBE_LOG", &log)
        .output()
        .unwrap();
    let loaded = fs::read_to_string(&log).unwrap_or_default().lines().count();
    (loaded, output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_plugin_that_crashes_is_set_aside_until_its_file_changes() {
    let place = tempfile::tempdir().unwrap();
    plugins(place.path());
    for _ in 0..2 {
        let (loaded, well, told) = plan(place.path(), "naive");
        assert!(well && loaded == 1, "{loaded}: {told}");
        let told = told.lines().find(|line| line.contains("set aside")).expect("it is said");
        assert!(told.contains("plugins/crashes") && told.contains("signal 6"), "{told}");
    }
    // Asked for by name, it is not there, and it was said why.
    let (_, well, told) = plan(place.path(), "crashes");
    assert!(!well && told.contains("set aside"), "{told}");
    compile(&place.path().join("plugins/crashes"), 2);
    let (loaded, well, told) = plan(place.path(), "naive");
    assert!(well && loaded == 2, "{loaded}: {told}");
}
