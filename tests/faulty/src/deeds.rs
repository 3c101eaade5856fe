//! What the methods do.

use std::io::Write as _;
use takens_plugin::{Call, Fault, Level};

pub(crate) fn segfault() -> Result<(), Fault> {
    // SAFETY: none; that is the point. The page at 8 is never mapped.
    unsafe { std::ptr::without_provenance_mut::<u64>(8).write_volatile(1) };
    Ok(())
}

pub(crate) fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

pub(crate) fn defy() -> ! {
    // SAFETY: a plain system call.
    unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
    spin()
}

pub(crate) fn wait(call: &Call) -> Result<(), Fault> {
    loop {
        if call.cancelled() {
            return Err(Fault::Cancelled);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

pub(crate) fn hoard() -> Result<(), Fault> {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    loop {
        blocks.push(vec![1; 1 << 20]);
        std::hint::black_box(&blocks);
        // Slow enough to spare the machine, fast enough for a test.
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
}

pub(crate) fn ask_for_a_terabyte() -> Result<(), Fault> {
    let block: Vec<u8> = Vec::with_capacity(1 << 40);
    std::hint::black_box(&block);
    Ok(())
}

pub(crate) fn print() -> Result<(), Fault> {
    let garbage = vec![b'#'; 1 << 20];
    let mut out = std::io::stdout().lock();
    for _ in 0..1024 {
        let _ = out.write_all(&garbage);
    }
    eprintln!("that was all");
    Ok(())
}

pub(crate) fn round_up() -> Result<(), Fault> {
    unsafe extern "C" {
        fn fesetround(mode: libc::c_int) -> libc::c_int;
    }
    let upward = if cfg!(target_arch = "x86_64") { 0x800 } else { 0x40_0000 };
    // SAFETY: changes the control word; restoring it is left to the host.
    unsafe { fesetround(upward) };
    Ok(())
}

pub(crate) fn fork(spin_too: bool) -> Result<(), Fault> {
    // SAFETY: the child does nothing but sleep.
    unsafe {
        if libc::fork() == 0 {
            loop {
                libc::sleep(1000);
            }
        }
    }
    if spin_too { spin() } else { Ok(()) }
}

/// Has a child do something, and waits for its end.
pub(crate) fn apart(deed: fn() -> Result<(), Fault>) -> Result<(), Fault> {
    // SAFETY: plain system calls; the child does its deed and ends, without a destructor of this process.
    unsafe {
        match libc::fork() {
            0 => {
                let _ = deed();
                libc::_exit(0)
            }
            child => libc::waitpid(child, std::ptr::null_mut(), 0),
        };
    }
    Ok(())
}

/// Takes 150 MiB and keeps them.
pub(crate) fn hold() -> Result<(), Fault> {
    let block: Vec<u8> = vec![1; 150 << 20];
    loop {
        std::hint::black_box(&block);
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

/// Uses half a second of processor time.
pub(crate) fn toil() -> Result<(), Fault> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    while time.tv_sec == 0 && time.tv_nsec < 500_000_000 {
        // SAFETY: a plain system call that fills `time`.
        unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    }
    Ok(())
}

pub(crate) fn close_all() -> Result<(), Fault> {
    // SAFETY: none of these is ours; that is the point.
    (0..1024).for_each(|fd| unsafe {
        libc::close(fd);
    });
    Ok(())
}

pub(crate) fn scribble() -> Result<(), Fault> {
    let garbage = [0xffu8; 64];
    // SAFETY: plain system calls; what is not open is refused.
    (0..1024).for_each(|fd| unsafe {
        libc::write(fd, garbage.as_ptr().cast(), garbage.len());
    });
    Ok(())
}

pub(crate) fn talk(call: &Call) -> Result<(), Fault> {
    let mut fraction = 0.0;
    loop {
        call.check()?;
        fraction += 1e-6;
        call.log(Level::Info, "so much to say");
        call.progress(fraction, Some(1.0), "on it");
    }
}
