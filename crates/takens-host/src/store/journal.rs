//! Which journal SQLite may use in a folder, and whether other machines share it.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// SQLite's journal in this folder. The faster one, WAL, is shared through memory, which processes on
/// two machines do not have: a network's folder gets a rollback journal.
pub(super) fn journal(folder: &Path) -> &'static str {
    if is_on_network(folder) { "DELETE" } else { "WAL" }
}

/// Whether a folder is, or may be, one that other machines share.
pub(crate) fn is_on_network(folder: &Path) -> bool {
    /// As statfs(2) and the kernel's `magic.h` name them: NFS, SMB, CIFS, SMB 2, Lustre, GPFS, BeeGFS,
    /// Ceph, AFS, 9p, and FUSE, which may be anything.
    const NETWORK: [i64; 11] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x0bd0_0bd0,
        0x4750_4653,
        0x1983_0326,
        0x00c3_6400,
        0x5346_414f,
        0x0102_1997,
        0x6573_5546,
    ];
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return true };
    // SAFETY: statfs is plain numbers, for which zeros are a value; the call fills it and reads a
    // path that ends in a zero.
    let kind = unsafe {
        let mut facts: libc::statfs = std::mem::zeroed();
        (libc::statfs(path.as_ptr(), &raw mut facts) == 0).then_some(facts.f_type as i64)
    };
    kind.is_none_or(|kind| NETWORK.contains(&kind))
}
