//! The C header is what the crate `takens-abi` says, and compilers of C99 and C++17 take it.

use std::path::{Path, PathBuf};
use std::process::Command;
use takens_tests::root;

/// After this line of the header come the ids of extensions.
const IDS: &str = "/* Ids of extensions. */\n";

fn header() -> PathBuf {
    root().join("crates/takens-abi/include/takens.h")
}

/// The header as it follows from the crate.
fn generated() -> String {
    let folder = root().join("crates/takens-abi");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let bindings = cbindgen::Builder::new().with_src(folder.join("src/lib.rs")).with_config(config);
    let mut bytes = Vec::new();
    bindings.generate().unwrap().write(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let ids = [
        ("SYMBOLIC", takens_abi::SYMBOLIC),
        ("PROBABILISTIC", takens_abi::PROBABILISTIC),
        ("JACOBIAN", takens_abi::JACOBIAN),
        ("ONLINE", takens_abi::ONLINE),
    ];
    let ids = ids.map(|(name, id)| format!("#define TAKENS_{name} \"{id}\"\n")).concat();
    let text = text.replace(IDS, &format!("{IDS}{ids}"));
    // What cbindgen has no words for: a type without fields, constants of a type, `volatile`.
    let (before, rest) = text.split_once("typedef struct takens_instance {").unwrap();
    let (_, after) = rest.split_once("} takens_instance;").unwrap();
    let text = format!("{before}typedef struct takens_instance takens_instance;{after}");
    text.replace("takens_status_", "TAKENS_")
        .replace("takens_tensor_", "TAKENS_TENSOR_")
        .replace("takens_dataset_", "TAKENS_DATASET_")
        .replace("const uint32_t *cancel", "const volatile uint32_t *cancel")
}

#[test]
fn the_header_is_what_the_crate_says() {
    let new = generated();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(header(), &new).unwrap();
    }
    let old = std::fs::read_to_string(header()).unwrap_or_default();
    assert!(
        old == new,
        "takens.h is not what takens-abi says; `UPDATE_EXPECT=1 cargo test --test header` writes it"
    );
}

/// Compiles `code` against the header with every warning an error.
#[track_caller]
fn compile(compiler: &str, standard: &str, extension: &str, code: &str) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join(format!("use.{extension}"));
    std::fs::write(&file, code).unwrap();
    let output = Command::new(compiler)
        .args([standard, "-Wall", "-Wextra", "-pedantic", "-Werror", "-c", "-o", "/dev/null"])
        .arg("-I")
        .arg(header().parent().unwrap_or(Path::new(".")))
        .arg(&file)
        .output()
        .expect("the tests need a C and a C++ compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Sizes, offsets and numbers, as a compiler of either language sees them.
const CHECKS: &str = r##"
#include "takens.h"
#include "takens.h"
#define SAYS(name, what) typedef char name[(what) ? 1 : -1]
SAYS(str_size, sizeof(takens_str) == 16);
SAYS(error_size, sizeof(takens_error) == 56);
SAYS(tensor_size, sizeof(takens_tensor) == 56);
SAYS(series_size, sizeof(takens_series) == 40);
SAYS(dataset_size, sizeof(takens_dataset) == 64);
SAYS(call_size, sizeof(takens_call) == 80);
SAYS(method_size, sizeof(takens_method) == 136);
SAYS(host_size, sizeof(takens_host) == 48);
SAYS(entry_size, sizeof(takens_entry) == 80);
SAYS(candidate_size, sizeof(takens_candidate) == 40);
SAYS(call_random, offsetof(takens_call, random_f64) == 72);
SAYS(method_fit, offsetof(takens_method, fit) == 96);
SAYS(entry_manifest, offsetof(takens_entry, manifest) == 24);
SAYS(status_size, sizeof(takens_status) == 4);
SAYS(statuses, TAKENS_OK == 0 && TAKENS_INVALID_PARAMS == 4 && TAKENS_INTERNAL == 9);
SAYS(versions, TAKENS_ABI_MAJOR == 1 && TAKENS_ABI_MINOR == 0);
SAYS(caps, TAKENS_STOCHASTIC == 1 && TAKENS_FORECASTS == 2 && TAKENS_DISCOVERS == 4);
SAYS(tensors, TAKENS_TENSOR_F64 == 1 && TAKENS_TENSOR_READ_ONLY == 1);
SAYS(datasets, TAKENS_DATASET_DISCRETE_TIME == 1 && TAKENS_LEVEL_DEBUG == 4);

static uint32_t method_count(void) { return 0; }
static const takens_method *method(uint32_t index) { (void)index; return 0; }
const takens_entry takens_plugin_entry = {
    TAKENS_MAGIC, sizeof(takens_entry), TAKENS_ABI_MAJOR, TAKENS_ABI_MINOR, 0, 0,
    TAKENS_STR("id = 'x'"), 0, 0, method_count, method, 0,
};
takens_str symbolic_id(void);
takens_str symbolic_id(void) { takens_str id = TAKENS_STR(TAKENS_SYMBOLIC); return id; }
int asked_to_stop(const takens_call *call);
int asked_to_stop(const takens_call *call) {
    return TAKENS_COVERS(call, takens_call, cancel) && call->cancel && *call->cancel != 0;
}
const void *extension(const takens_symbolic *a, const takens_probabilistic *b,
                      const takens_jacobian *c, const takens_online *d);
const void *extension(const takens_symbolic *a, const takens_probabilistic *b,
                      const takens_jacobian *c, const takens_online *d) {
    return a->candidates && b->sample && c->jacobian && d->update ? a : 0;
}
"##;

#[test]
fn the_header_is_c99() {
    compile("cc", "-std=c99", "c", CHECKS);
}

#[test]
fn the_header_is_cpp17() {
    compile("c++", "-std=c++17", "cpp", CHECKS);
}
