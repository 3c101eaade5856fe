//! `takens plugin new`: a project that builds, passes the validator, and beats nothing.

use crate::failure::Failure;
use crate::print;
use std::fs;
use std::path::{Path, PathBuf};

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../templates/", $name))
    };
}

/// The contract of plugins, as C has it.
const HEADER: &str = include_str!("../../../../takens-abi/include/takens.h");
/// Where the authors' crate was when this program was built.
const SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../takens-plugin");

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Id of plugin and method: lower-case letters, digits and `-`
    name: String,
    /// The language it is written in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    lang: Language,
    /// The folder to make; left out: NAME
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
    /// The folder of the crate takens-plugin (Rust); left out: where this program was built
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    Rust,
    C,
    Python,
}

impl Language {
    /// The files of a project: where they go and what they hold.
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Rust => &[
                ("Cargo.toml", template!("rust/Cargo.toml.in")),
                ("src/lib.rs", template!("rust/lib.rs")),
                ("takens-plugin.toml", template!("takens-plugin.toml")),
                ("README.md", template!("rust/README.md")),
            ],
            Self::C => &[
                ("{{file}}.c", template!("c/method.c")),
                ("takens.h", HEADER),
                ("Makefile", template!("c/Makefile.in")),
                ("takens-plugin.toml", template!("takens-plugin.toml")),
                ("README.md", template!("c/README.md")),
            ],
            Self::Python => &[
                ("method.py", template!("python/method.py")),
                ("takens-plugin.toml", template!("python/takens-plugin.toml")),
                ("README.md", template!("python/README.md")),
            ],
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = &arguments.name;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        return Err(Failure::usage(format!(
            "{name:?} is no name for a plugin: a lower-case letter, then lower-case letters, digits and `-`"
        )));
    }
    let folder = arguments.path.clone().unwrap_or_else(|| PathBuf::from(name));
    if folder.exists() {
        return Err(Failure::Work(format!(
            "{} is there already; remove it or give another --path",
            folder.display()
        )));
    }
    let sdk = match arguments.lang {
        Language::Rust => sdk(arguments.sdk.as_deref())?,
        Language::C | Language::Python => String::new(),
    };
    let fill = |text: &str| {
        text.replace("{{name}}", name)
            .replace("{{file}}", &name.replace('-', "_"))
            .replace("{{sdk}}", &sdk)
    };
    for (file, text) in arguments.lang.files() {
        write(&folder.join(fill(file)), &fill(text))?;
    }
    let file = name.replace('-', "_");
    let (language, build) = match arguments.lang {
        Language::Rust => {
            ("Rust", format!("cargo build --release && cp target/release/lib{file}.so . && "))
        }
        Language::C => ("C", "make && ".to_owned()),
        // Nothing is to be built; the package takens_method must be there.
        Language::Python => ("Python", String::new()),
    };
    let folder = folder.display();
    print::text(&format!(
        "{folder} is a plugin in {language}. Next:\n  cd {folder}\n  {build}takens plugin validate .\n"
    ))
}

/// The authors' crate, as the project's manifest names it.
fn sdk(given: Option<&Path>) -> Result<String, Failure> {
    let folder = given.unwrap_or(Path::new(SDK));
    match folder.canonicalize() {
        Ok(found) if found.join("Cargo.toml").is_file() => Ok(found.display().to_string()),
        _ => Err(Failure::Work(format!(
            "{} is not the crate takens-plugin; give --sdk the folder crates/takens-plugin of Takens' sources",
            folder.display()
        ))),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Work(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}
