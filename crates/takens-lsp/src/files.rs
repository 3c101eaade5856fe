//! Files: those that are open, and those on disk that they use.

use crate::document::Document;
use lsp_types::Uri;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;
use std::time::SystemTime;

/// Files beyond this are not read for the names in them.
const MAX_READ: u64 = 16 << 20;

/// How many files one text may lead to.
const MAX_FILES: usize = 200;

/// Files of the disk as they were read last.
#[derive(Debug, Default)]
pub(crate) struct Files {
    read: HashMap<PathBuf, (Option<SystemTime>, u64, Rc<Document>)>,
}

/// A definition in another file.
pub(crate) struct Elsewhere {
    pub(crate) document: Rc<Document>,
    pub(crate) definition: usize,
}

impl Files {
    /// The files that `document` uses, straight or through others. Those that are open are taken as they
    /// are in the editor.
    pub(crate) fn used(
        &mut self,
        document: &Document,
        open: &HashMap<String, Document>,
    ) -> Vec<Rc<Document>> {
        if document.outline().links.is_empty() {
            return vec![];
        }
        let Some(root) = path_of(document.uri.as_str()) else { return vec![] };
        let Some(folder) = root.parent().and_then(|folder| folder.canonicalize().ok()) else {
            return vec![];
        };
        let mut seen: HashSet<PathBuf> = root.canonicalize().into_iter().collect();
        let (mut found, mut work) = (vec![], links(document, &root));
        while let Some(path) = work.pop() {
            let Ok(path) = path.canonicalize() else { continue };
            let inside = path.starts_with(&folder) && path.is_file();
            if !inside || found.len() >= MAX_FILES || !seen.insert(path.clone()) {
                continue;
            }
            if let Some(next) = self.load(&path, open) {
                work.extend(links(&next, &path));
                found.push(next);
            }
        }
        found
    }

    fn load(&mut self, path: &Path, open: &HashMap<String, Document>) -> Option<Rc<Document>> {
        let edited = open.values().find(|one| {
            path_of(one.uri.as_str()).and_then(|own| own.canonicalize().ok()).as_deref()
                == Some(path)
        });
        if let Some(edited) = edited {
            let text = edited.text.clone();
            return Some(Rc::new(Document::new(edited.uri.clone(), edited.version, text)));
        }
        let about = fs::metadata(path).ok().filter(|about| about.len() <= MAX_READ)?;
        let stamp = (about.modified().ok(), about.len());
        if let Some((time, length, document)) = self.read.get(path)
            && (*time, *length) == stamp
        {
            return Some(Rc::clone(document));
        }
        let text = fs::read_to_string(path).ok()?;
        let document = Rc::new(Document::new(uri_of(path)?, None, text));
        self.read.insert(path.to_path_buf(), (stamp.0, stamp.1, Rc::clone(&document)));
        Some(document)
    }
}

fn links(document: &Document, path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    document.outline().links.iter().map(|link| folder.join(&link.path)).collect()
}

/// The file that a `file:` address names.
pub(crate) fn path_of(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = &rest[rest.find('/')?..];
    let mut bytes = vec![];
    let mut left = path.bytes();
    while let Some(byte) = left.next() {
        if byte == b'%' {
            let pair = [left.next()?, left.next()?];
            let pair = std::str::from_utf8(&pair).ok()?;
            bytes.push(u8::from_str_radix(pair, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let path = String::from_utf8(bytes).ok()?;
    // `/c:/x` is a path of Windows.
    let drive = path.len() > 2 && path.as_bytes()[2] == b':' && cfg!(windows);
    Some(PathBuf::from(if drive { path[1..].to_owned() } else { path }))
}

/// The `file:` address of a file.
pub(crate) fn uri_of(path: &Path) -> Option<Uri> {
    let text = path.to_str()?.replace('\\', "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    Uri::from_str(&uri).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_name_each_other() {
        let path = Path::new("/a b/é#%.dsl");
        let uri = uri_of(path).expect("a path is an address");
        assert_eq!(uri.as_str(), "file:///a%20b/%C3%A9%23%25.dsl");
        assert_eq!(path_of(uri.as_str()).as_deref(), Some(path));
        assert_eq!(path_of("untitled:1"), None);
        assert_eq!(path_of("file:///%zz"), None);
    }
}
