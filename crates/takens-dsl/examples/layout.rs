//! Prints a file in canonical layout: `cargo run --example layout FILE`.

fn main() {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: layout FILE");
        std::process::exit(2);
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => print!("{}", takens_dsl::format(&text)),
        Err(error) => {
            eprintln!("{file}: {error}");
            std::process::exit(1);
        }
    }
}
