//! A worker and nothing else: what `takens worker` is, for tests and for small coordinators.

fn main() {
    takens_host::worker::main()
}
