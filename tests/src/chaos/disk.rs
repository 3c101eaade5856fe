//! A small disk that can be filled: a tmpfs, or where none may be mounted, a limit on file sizes.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Enough for a sweep, and quickly full.
const SIZE: &str = "size=192m";
/// How large a file may become where that stands in for a full disk: enough to begin, not to finish.
const LIMIT: u64 = 100_000;

pub(super) struct Disk {
    folder: PathBuf,
    mounted: bool,
}

impl Disk {
    /// A small disk below `place`.
    pub(super) fn new(place: &Path) -> Result<Self, String> {
        let folder = place.join("disk");
        std::fs::create_dir(&folder).map_err(|error| error.to_string())?;
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "takens-chaos"])
            .arg(&folder)
            .output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        Ok(Self { folder, mounted })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The largest size that a file of the next coordinator may have; `None` where a disk is filled.
    pub(super) fn limit(&self) -> Option<u64> {
        (!self.mounted).then_some(LIMIT)
    }

    /// Fills the disk to the last byte.
    pub(super) fn fill(&self) -> Result<(), String> {
        if !self.mounted {
            return Ok(());
        }
        let mut file = File::create(self.filler()).map_err(|error| error.to_string())?;
        for size in [1 << 20, 4096, 1] {
            let block = vec![7u8; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(())
    }

    pub(super) fn make_room(&self) -> Result<(), String> {
        match std::fs::remove_file(self.filler()) {
            Err(error) if self.mounted => Err(error.to_string()),
            _ => Ok(()),
        }
    }

    fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            let _ = Command::new("umount").arg("--lazy").arg(&self.folder).status();
        }
    }
}

/// Whether a message tells that the disk takes no more, and how to go on.
pub(super) fn is_clear(message: &str) -> bool {
    let told = ["disk is full", "disk may be full", "No space left", "File too large"];
    told.iter().any(|part| message.contains(part)) && message.contains("--resume")
}
