//! Lists of what is done: each member writes its own, all read all.

use crate::record::Status;
use crate::store::is_on_network;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A line of a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Done {
    pub(crate) task: String,
    pub(crate) status: Status,
    /// Seconds since 1970, by the clock of the member's machine.
    pub(crate) ended: f64,
}

/// A member's own list. Its first line is the name of the store file that the results are in.
#[derive(Debug)]
pub(super) struct List {
    file: File,
    /// Whether others see what was written only once it is with the file server.
    sync: bool,
}

impl List {
    pub(super) fn create(place: &Path, me: &str, store: &Path) -> io::Result<Self> {
        let folder = place.join("done");
        std::fs::create_dir_all(&folder)?;
        let mut list =
            Self { file: File::create_new(folder.join(me))?, sync: is_on_network(&folder) };
        let store = store.file_name().unwrap_or_default().to_string_lossy();
        list.write(&format!("{store}\n"))?;
        Ok(list)
    }

    /// Says that a result is kept.
    pub(super) fn add(&mut self, task: &str, status: Status) -> io::Result<()> {
        self.write(&format!("{task} {} {:.3}\n", status.name(), super::member::now()))
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(line.as_bytes())?;
        if self.sync { self.file.sync_data() } else { Ok(()) }
    }
}

/// Reads all lists, each time what is new.
#[derive(Debug)]
pub(super) struct Lists {
    folder: PathBuf,
    /// How far each has been read.
    read: BTreeMap<String, u64>,
    /// The stores that they speak of.
    pub(super) stores: BTreeSet<String>,
}

impl Lists {
    pub(super) fn new(place: &Path) -> Self {
        Self { folder: place.join("done"), read: BTreeMap::new(), stores: BTreeSet::new() }
    }

    /// What has been added since the last time.
    pub(super) fn news(&mut self) -> io::Result<Vec<Done>> {
        let mut news = Vec::new();
        for name in names(&self.folder)? {
            let from = self.read.entry(name.clone()).or_insert(0);
            // Opened anew each time: that is when NFS looks what others have written.
            let mut file = File::open(self.folder.join(&name))?;
            if file.metadata()?.len() <= *from {
                continue;
            }
            file.seek(SeekFrom::Start(*from))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            // The last line may not be whole yet, or never be.
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            let text = String::from_utf8_lossy(&bytes[..whole]);
            let mut lines = text.lines();
            if *from == 0 {
                self.stores.extend(lines.next().map(str::to_string));
            }
            news.extend(lines.filter_map(parse));
            *from += whole as u64;
        }
        Ok(news)
    }

    /// The list of one member and the store that it speaks of.
    pub(super) fn of(place: &Path, name: &str) -> io::Result<(String, Vec<Done>)> {
        let text = match std::fs::read(place.join("done").join(name)) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            // It has joined and not begun.
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines();
        Ok((lines.next().unwrap_or_default().into(), lines.filter_map(parse).collect()))
    }
}

fn parse(line: &str) -> Option<Done> {
    let mut words = line.split(' ');
    let (task, status, ended) = (words.next()?, words.next()?, words.next()?);
    Some(Done { task: task.into(), status: Status::by_name(status)?, ended: ended.parse().ok()? })
}

/// The files of a folder; none if it does not exist.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_come_once_and_only_whole_lines_count() {
        let place = tempfile::tempdir().unwrap();
        let mut lists = Lists::new(place.path());
        assert!(lists.news().unwrap().is_empty());
        let list = |name, store: &str| List::create(place.path(), name, Path::new(store)).unwrap();
        let (mut one, mut two) = (list("one", "a/results-0001.sqlite"), list("two", "b"));
        one.add("t1", Status::Done).unwrap();
        two.add("t2", Status::TimedOut).unwrap();
        let tasks = |news: Vec<Done>| news.into_iter().map(|done| done.task).collect::<Vec<_>>();
        assert_eq!(tasks(lists.news().unwrap()), ["t1", "t2"]);
        assert!(lists.stores.contains("results-0001.sqlite") && lists.stores.len() == 2);
        one.write("t3 do").unwrap();
        assert!(lists.news().unwrap().is_empty());
        one.write("ne 12.5\nt4").unwrap();
        let news = lists.news().unwrap();
        assert_eq!((news[0].status, news[0].ended), (Status::Done, 12.5));
        assert_eq!(tasks(news), ["t3"]);
        let (store, all) = Lists::of(place.path(), "one").unwrap();
        assert_eq!((store.as_str(), all.len()), ("results-0001.sqlite", 2));
    }
}
