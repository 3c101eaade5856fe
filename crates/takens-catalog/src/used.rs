//! Definition files with the files that they use.
//!
//! Only regular files below the folder of the file that is read first can be used, whatever links
//! lead to.

use crate::SourceFile;
use std::path::{Path, PathBuf};
use takens_dsl::{Parsed, parse_file_with};

/// Reads and checks a file with all that it uses.
#[must_use]
pub fn parse_source(source: &SourceFile) -> Parsed {
    let name = source.path.file_name().map(|name| name.to_string_lossy().into_owned());
    let folder = match source.path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    parse_file_with(&source.text, &name.unwrap_or_default(), &mut |path| read(&folder, path))
}

fn read(folder: &Path, path: &str) -> Result<String, String> {
    let real = |path: &Path| path.canonicalize().map_err(|error| error.to_string());
    let (inside, wanted) = (real(folder)?, real(&folder.join(path))?);
    if !wanted.starts_with(&inside) {
        return Err("it leads out of the folder of the file that is read first".to_owned());
    }
    SourceFile::read(&wanted).map(|source| source.text).map_err(|error| {
        // The path as it was written says more than the real one.
        let message = error.to_string();
        let own = message.strip_prefix(&format!("{}: ", wanted.display()));
        own.unwrap_or(&message).to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Codes of the faults of a file `main.dsl` with this text, in a folder with a few others.
    fn codes(name: &str, text: &str) -> Vec<&'static str> {
        let folder =
            std::env::temp_dir().join(format!("takens-used-{name}-{}", std::process::id()));
        let inner = folder.join("in/deep");
        fs::create_dir_all(&inner).unwrap();
        let lib = "const c = 2\nunit u = 3*m\nuse \"../twice.dsl\"\node Base {\n state x = 1\n x' = -c*x\n}\n";
        fs::write(folder.join("in/deep/lib.dsl"), lib).unwrap();
        fs::write(folder.join("in/twice.dsl"), "fn f(x) = 2*x\n").unwrap();
        fs::write(folder.join("in/circle.dsl"), "use \"main.dsl\"\n").unwrap();
        fs::write(folder.join("in/faulty.dsl"), "const a = \n").unwrap();
        fs::write(folder.join("out.dsl"), "const d = 3\n").unwrap();
        #[cfg(unix)]
        let _ = std::os::unix::fs::symlink(folder.join("out.dsl"), folder.join("in/link.dsl"));
        let path = folder.join("in/main.dsl");
        fs::write(&path, text).unwrap();
        let parsed = parse_source(&SourceFile::read(&path).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        let shown = parsed.render("in/main.dsl", text, false);
        assert_eq!(shown.contains("in/faulty.dsl:1:"), name == "faulty", "{shown}");
        parsed.diagnostics.iter().map(|one| one.code).collect()
    }

    #[test]
    fn files_below_the_folder_are_used_once() {
        let text = "use \"deep/lib.dsl\"\nuse \"twice.dsl\"\nuse \"./deep/../deep/lib.dsl\"\n\
                    ode B extends Base {\n x' = f(c*x)\n}\n";
        assert_eq!(codes("once", text), [""; 0]);
    }

    #[test]
    fn what_cannot_be_used_is_one_fault() {
        let system = "ode A extends Gone {\n state y = 1\n y' = d*g(y)\n}\n\
                      ode B {\n state y = 1\n y' = d*g(y)\n}\n";
        for (name, file, code) in [
            ("out", "../out.dsl", "E107"),
            ("absolute", "/etc/passwd", "E107"),
            ("none", "none.dsl", "E105"),
            ("folder", "deep", "E105"),
            ("circle", "circle.dsl", "E106"),
            ("self", "main.dsl", "E106"),
        ] {
            assert_eq!(codes(name, &format!("use \"{file}\"\n{system}")), [code], "{file}");
        }
        #[cfg(unix)]
        assert_eq!(codes("link", &format!("use \"link.dsl\"\n{system}")), ["E105"]);
        assert_eq!(codes("faulty", "use \"faulty.dsl\"\nconst b = a\n"), ["E001"]);
    }
}
