//! Members: a process shows that it is alive, and others watch.

use super::{JointOptions, Share, beat_interval};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// Every state of a member's file is this long, so that it is written in its place as a whole. A new
/// file under the old name would not be seen for a while through the name cache of NFS.
const LENGTH: usize = 512;

/// What a member says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Card {
    /// Its name, different from that of any other.
    pub(super) name: String,
    /// The machine.
    pub(super) host: String,
    /// The process.
    pub(super) process: u32,
    /// The share that it began with, as `3/8`; empty if it helps others only.
    pub(super) share: String,
    /// Seconds since 1970 when it began, by the clock of its machine.
    pub(super) began: f64,
    /// How long it may be silent.
    pub(super) lease_seconds: f64,
    /// Grows as long as it lives.
    pub(super) beat: u64,
}

/// This process as a member; it ceases to be one when dropped.
#[derive(Debug)]
pub(super) struct Member {
    path: PathBuf,
    beating: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Member {
    /// Joins, and shows from now on that it is alive.
    pub(super) fn join(place: &Path, options: &JointOptions) -> io::Result<(Self, String)> {
        let folder = place.join("members");
        std::fs::create_dir_all(&folder)?;
        let host = host();
        let began = now();
        // Machines may be called alike, and numbers of processes come again.
        let seed = format!("{host} {} {began} {:?}", std::process::id(), Instant::now());
        let unique = &blake3::hash(seed.as_bytes()).to_hex()[..8];
        let name = format!("{host}-{}-{unique}", std::process::id());
        let mut card = Card {
            name: name.clone(),
            host,
            process: std::process::id(),
            share: options.share.as_ref().map_or_else(String::new, Share::to_string),
            began,
            lease_seconds: options.lease.as_secs_f64(),
            beat: 0,
        };
        let path = folder.join(&name);
        let file = File::create_new(&path)?;
        write(&file, &card)?;
        let (stop, stopped) = channel();
        let interval = beat_interval(options.lease);
        let beating = std::thread::spawn(move || {
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                card.beat += 1;
                // Who cannot write is silent, and taken for dead: its tasks run again elsewhere.
                let _ = write(&file, &card);
            }
        });
        Ok((Self { path, beating: Some((stop, beating)) }, name))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some((stop, beating)) = self.beating.take() {
            drop(stop);
            let _ = beating.join();
        }
        let _ = std::fs::remove_file(&self.path);
    }
}

fn write(file: &File, card: &Card) -> io::Result<()> {
    let text = serde_json::to_string(card).expect("a card is plain data");
    file.write_all_at(format!("{text:<LENGTH$}\n").as_bytes(), 0)?;
    file.sync_data()
}

/// The machine's name, as part of a file's name.
fn host() -> String {
    let said = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    // Slurm's name of a node tells apart those that share a machine.
    let said = std::env::var("SLURMD_NODENAME").unwrap_or(said);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = said.trim().chars().take(60).map(plain).collect();
    if name.is_empty() { "unnamed".into() } else { name }
}

pub(super) fn now() -> f64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

/// The members that have joined and not left, dead or alive.
pub(super) fn all(place: &Path) -> io::Result<Vec<Card>> {
    let folder = place.join("members");
    let mut cards = Vec::new();
    for name in super::done::names(&folder)? {
        cards.extend(card(place, &name));
    }
    cards.sort_by(|a: &Card, b| a.name.cmp(&b.name));
    Ok(cards)
}

/// What a member says of itself; `None` if it has left, or cannot be read just now.
fn card(place: &Path, name: &str) -> Option<Card> {
    let text = std::fs::read_to_string(place.join("members").join(name)).ok()?;
    serde_json::from_str(&text).ok()
}

/// How long ago a member was heard of, by the clocks of the file server and of this machine: for
/// people to read, not to decide on.
pub(super) fn silent_for(place: &Path, name: &str) -> Option<f64> {
    let written = place.join("members").join(name).metadata().ok()?.modified().ok()?;
    Some(SystemTime::now().duration_since(written).map_or(0.0, |since| since.as_secs_f64()))
}

/// Watches members, by a clock of its own.
#[derive(Debug)]
pub(super) struct Watch {
    place: PathBuf,
    /// For members that cannot be read.
    lease: Duration,
    /// The last number that each showed, and when it was first seen.
    seen: HashMap<String, (Option<u64>, Instant)>,
}

impl Watch {
    pub(super) fn new(place: &Path, lease: Duration) -> Self {
        Self { place: place.into(), lease, seen: HashMap::new() }
    }

    /// Looks at all members, so that one who dies is known to be silent from then on.
    pub(super) fn look(&mut self) -> io::Result<()> {
        for name in super::done::names(&self.place.join("members"))? {
            self.is_dead(&name);
        }
        Ok(())
    }

    /// Whether a member has been silent for so long that it is taken for dead.
    pub(super) fn is_dead(&mut self, name: &str) -> bool {
        let card = card(&self.place, name);
        let lease = card.as_ref().map_or(self.lease, |card| {
            Duration::try_from_secs_f64(card.lease_seconds).unwrap_or(self.lease)
        });
        let beat = card.map(|card| card.beat);
        let now = Instant::now();
        let (last, since) = self.seen.entry(name.into()).or_insert((beat, now));
        if *last != beat {
            (*last, *since) = (beat, now);
        }
        now - *since >= lease
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: JointOptions = JointOptions { share: None, lease: Duration::from_millis(200) };

    #[test]
    fn a_member_is_alive_until_it_is_silent_for_a_lease() {
        let place = tempfile::tempdir().unwrap();
        let (member, name) = Member::join(place.path(), &OPTIONS).unwrap();
        let mut watch = Watch::new(place.path(), OPTIONS.lease);
        let begun = Instant::now();
        while begun.elapsed() < 4 * OPTIONS.lease {
            assert!(!watch.is_dead(&name));
            std::thread::sleep(OPTIONS.lease / 10);
        }
        assert_eq!(all(place.path()).unwrap()[0].process, std::process::id());
        // What a kill leaves: the file, and nobody who writes to it.
        let path = member.path.clone();
        let left = std::fs::read(&path).unwrap();
        drop(member);
        assert!(all(place.path()).unwrap().is_empty());
        std::fs::write(&path, left).unwrap();
        let begun = Instant::now();
        while !watch.is_dead(&name) {
            assert!(begun.elapsed() < 10 * OPTIONS.lease);
            std::thread::sleep(OPTIONS.lease / 10);
        }
        assert!(begun.elapsed() > OPTIONS.lease / 2);
    }

    #[test]
    fn who_never_was_a_member_is_dead_after_a_while_too() {
        let place = tempfile::tempdir().unwrap();
        let mut watch = Watch::new(place.path(), OPTIONS.lease);
        assert!(!watch.is_dead(""));
        std::thread::sleep(OPTIONS.lease);
        assert!(watch.is_dead(""));
    }
}
