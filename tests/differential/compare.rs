// SPDX-License-Identifier: GPL-2.0-or-later
//! Linux's state in the terms of the engine.

use super::actor::check;
use shm::{Error, Info, Limits, Stat, UserLimits};
use std::io;
use std::mem::MaybeUninit;

const SHM_STAT_ANY: i32 = 15;
const SHM_INFO: i32 = 14;
const IPC_INFO: i32 = 3;

/// `struct shminfo` and `struct shm_info` of Linux's headers, which the libc crate has not.
#[repr(C)]
struct ShmInfo {
    used_ids: i32,
    shm_tot: u64,
    shm_rss: u64,
    shm_swp: u64,
    swap_attempts: u64,
    swap_successes: u64,
}

/// As the comment above.
#[repr(C)]
struct ShmLimits {
    max: u64,
    min: u64,
    mni: u64,
    seg: u64,
    all: u64,
    unused: [u64; 4],
}

/// Sets the limits of this IPC namespace.
pub fn set_limits(limits: &Limits) -> io::Result<()> {
    let set = |name: &str, value: u64| {
        std::fs::write(format!("/proc/sys/kernel/{name}"), value.to_string())
    };
    set("shmmax", limits.shmmax)?;
    set("shmall", limits.shmall)?;
    set("shmmni", limits.shmmni.into())
}

/// `IPC_INFO` and `SHM_INFO`, all but resident and swapped pages.
pub fn info() -> Info {
    let mut limits = MaybeUninit::<ShmLimits>::zeroed();
    let mut usage = MaybeUninit::<ShmInfo>::zeroed();
    // SAFETY: the buffers are what the commands fill in.
    let (highest, limits, usage) = unsafe {
        let highest = libc::shmctl(0, IPC_INFO, limits.as_mut_ptr().cast());
        assert_eq!(
            libc::shmctl(0, SHM_INFO, usage.as_mut_ptr().cast()),
            highest
        );
        (highest, limits.assume_init(), usage.assume_init())
    };
    assert_eq!((limits.min, limits.seg), (1, limits.mni));
    let shmmni = limits.mni as u32;
    Info {
        limits: Limits {
            shmmax: limits.max,
            shmall: limits.all,
            shmmni,
            user: UserLimits::NONE,
        },
        used_ids: usage.used_ids as u32,
        shm_tot: usage.shm_tot,
        shm_rss: 0,
        shm_swp: 0,
        max_index: highest,
    }
}

/// Every segment, by index.
pub fn list() -> Vec<Stat> {
    (0..=info().max_index).filter_map(stat).collect()
}

fn stat(index: i32) -> Option<Stat> {
    let mut ds = MaybeUninit::<libc::shmid_ds>::zeroed();
    // SAFETY: the buffer is what the command fills in.
    let id = unsafe { libc::shmctl(index, SHM_STAT_ANY, ds.as_mut_ptr()) };
    let id = check(id.into()).ok()? as i32;
    // SAFETY: it did.
    let ds = unsafe { ds.assume_init() };
    let perm = ds.shm_perm;
    Some(Stat {
        id,
        key: perm.__key,
        uid: perm.uid,
        gid: perm.gid,
        cuid: perm.cuid,
        cgid: perm.cgid,
        mode: perm.mode as u32,
        seq: perm.__seq.into(),
        segsz: ds.shm_segsz as u64,
        atime: ds.shm_atime,
        dtime: ds.shm_dtime,
        ctime: ds.shm_ctime,
        cpid: ds.shm_cpid,
        lpid: ds.shm_lpid,
        nattch: ds.shm_nattch,
        rss: 0,
        swap: 0,
    })
}

/// Linux's number of an error of the engine.
pub fn errno(error: Error) -> i32 {
    match error {
        Error::EPERM => libc::EPERM,
        Error::ENOENT => libc::ENOENT,
        Error::ENOMEM => libc::ENOMEM,
        Error::EACCES => libc::EACCES,
        Error::EEXIST => libc::EEXIST,
        Error::EINVAL => libc::EINVAL,
        Error::ENOSPC => libc::ENOSPC,
        other => panic!("{other} is no error of System V shared memory"),
    }
}
