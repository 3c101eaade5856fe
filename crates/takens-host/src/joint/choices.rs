//! What tuning chose, so that all members run a method with the same parameters.

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// The parameters chosen under a key, if any are.
pub(super) fn read(place: &Path, key: &str) -> io::Result<Option<String>> {
    match std::fs::read_to_string(place.join("choices").join(key)) {
        Ok(chosen) => Ok(Some(chosen)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes a choice known; gives the one that stands, which is that of whoever came first.
pub(super) fn publish(place: &Path, key: &str, chosen: &str) -> io::Result<String> {
    let folder = place.join("choices");
    std::fs::create_dir_all(&folder)?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&folder)?;
    file.write_all(chosen.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(folder.join(key)) {
        Ok(_) => Ok(chosen.into()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            Ok(read(place, key)?.unwrap_or_else(|| chosen.into()))
        }
        Err(error) => Err(error.error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_choice_stands() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(read(place.path(), "k").unwrap(), None);
        assert_eq!(publish(place.path(), "k", "one").unwrap(), "one");
        assert_eq!(publish(place.path(), "k", "two").unwrap(), "one");
        assert_eq!(read(place.path(), "k").unwrap().as_deref(), Some("one"));
    }
}
