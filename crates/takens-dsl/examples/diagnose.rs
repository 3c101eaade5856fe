//! Prints the diagnostics of a file and how long they took: `cargo run --example diagnose FILE`.

fn main() {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: diagnose FILE");
        std::process::exit(2);
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{file}: {error}");
            std::process::exit(1);
        }
    };
    let start = std::time::Instant::now();
    let parsed = takens_dsl::parse_file(&text);
    let took = start.elapsed();
    print!("{}", takens_dsl::render(&parsed.diagnostics, &file, &text, false));
    println!(
        "{} systems, {} diagnostics, {took:?}",
        parsed.systems.len(),
        parsed.diagnostics.len()
    );
}
