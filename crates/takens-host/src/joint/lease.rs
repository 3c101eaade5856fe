//! Leases: who has a task.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The leases of a run's folder, as one member sees them.
#[derive(Debug)]
pub(super) struct Leases {
    folder: PathBuf,
    /// The member's own name.
    me: String,
}

impl Leases {
    pub(super) fn new(place: &Path, me: &str) -> io::Result<Self> {
        let folder = place.join("leases");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, me: me.into() })
    }

    /// Takes a lease unless someone has it.
    ///
    /// Creating a file that must not exist is one step on local disks and on NFS from version 3 on
    /// (open(2), `O_EXCL`), whoever else tries.
    pub(super) fn take(&self, task: &str) -> io::Result<bool> {
        match OpenOptions::new().write(true).create_new(true).open(self.folder.join(task)) {
            // Who is killed here leaves a lease without a name, which nobody renews.
            Ok(mut file) => file.write_all(self.me.as_bytes()).map(|()| true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives up a lease, unless another member has it by now.
    pub(super) fn give_up(&self, task: &str) {
        // What cannot be removed is taken over as that of someone dead.
        if self.holder(task).is_ok_and(|holder| holder.as_deref() == Some(&self.me)) {
            let _ = std::fs::remove_file(self.folder.join(task));
        }
    }

    /// The name of the member that has it; `None` if nobody has.
    pub(super) fn holder(&self, task: &str) -> io::Result<Option<String>> {
        read(&self.folder.join(task))
    }

    /// Ends the lease of a member that is dead, so that it can be taken.
    pub(super) fn end_that_of(&self, dead: &str, task: &str) -> io::Result<()> {
        let path = self.folder.join(task);
        let aside = self.folder.join(format!("{task}.{}", self.me));
        match std::fs::rename(&path, &aside) {
            // Another member was quicker.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            renamed => renamed?,
        }
        // It may have been quicker still, and have a lease of its own by now: back in its place.
        if read(&aside)?.as_deref() != Some(dead) {
            let _ = std::fs::hard_link(&aside, &path);
        }
        std::fs::remove_file(aside)
    }
}

/// Tasks in flight in this place, each with the name of its holder.
pub(super) fn all(place: &Path) -> io::Result<Vec<(String, String)>> {
    let folder = place.join("leases");
    let mut found = Vec::new();
    for name in super::done::names(&folder)? {
        // A dot sets aside what is being taken over.
        if name.contains('.') {
            continue;
        }
        found.extend(read(&folder.join(&name))?.map(|holder| (name, holder)));
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match File::open(path).and_then(io::read_to_string) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_has_a_lease() {
        let place = tempfile::tempdir().unwrap();
        let members: Vec<Leases> =
            (0..8).map(|n| Leases::new(place.path(), &format!("m{n}")).unwrap()).collect();
        let got = std::thread::scope(|scope| {
            let take = |leases| scope.spawn(move || Leases::take(leases, "t").unwrap());
            let threads: Vec<_> = members.iter().map(take).collect();
            threads.into_iter().filter(|_| true).map(|t| t.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(got.iter().filter(|took| **took).count(), 1);
        let winner = got.iter().position(|took| *took).unwrap();
        assert_eq!(members[0].holder("t").unwrap(), Some(format!("m{winner}")));
        // Others cannot give it up.
        members[(winner + 1) % 8].give_up("t");
        assert!(members[0].holder("t").unwrap().is_some());
        members[winner].give_up("t");
        assert_eq!(members[0].holder("t").unwrap(), None);
    }

    #[test]
    fn a_lease_is_taken_over_from_the_dead_and_not_from_who_was_quicker() {
        let place = tempfile::tempdir().unwrap();
        let of = |name| Leases::new(place.path(), name).unwrap();
        let (dead, quick, slow) = (of("dead"), of("quick"), of("slow"));
        assert!(dead.take("t").unwrap());
        quick.end_that_of("dead", "t").unwrap();
        assert!(quick.take("t").unwrap());
        // The slow one still believes that it is the dead one's.
        slow.end_that_of("dead", "t").unwrap();
        assert!(!slow.take("t").unwrap());
        assert_eq!(slow.holder("t").unwrap().as_deref(), Some("quick"));
        assert_eq!(all(place.path()).unwrap(), [("t".into(), "quick".into())]);
    }
}
