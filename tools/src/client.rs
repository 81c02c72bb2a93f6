// SPDX-License-Identifier: GPL-2.0-or-later
//! libc's four calls of System V shared memory, as a program sees them: shmget(2), shmat(2),
//! shmdt(2), shmctl(2), their structures and their constants.
//!
//! The tools and the conformance tests use it; the server does not. It asks libc, so on Linux it
//! reaches the kernel and on the Hurd whatever the C library there does. Everything is `#[inline]`:
//! a program that never calls it does not link against the four.
//!
//! Structures have C's layout of the target, checked when compiled. libc's headers are the source:
//! `bits/shm.h`, `bits/ipc-perm.h`, `bits/types/struct_shmid_ds.h` (`sysdeps/gnu` of glibc for the
//! Hurd, `sysdeps/unix/sysv/linux` for Linux, 64 bits). Constants are the `libc` crate's;
//! those that it lacks for the Hurd are numbers here, compared with Linux's where it has them. It has
//! no structures for the Hurd.

use core::ffi::{c_int, c_void};
use core::fmt;
use core::mem::{MaybeUninit, offset_of, size_of};
use core::ptr;

/// shmget(2): the key that no lookup finds; every call makes a segment.
pub const IPC_PRIVATE: i32 = libc::IPC_PRIVATE;
/// shmget(2): create the segment if no segment has the key.
pub const IPC_CREAT: i32 = libc::IPC_CREAT;
/// shmget(2): with [`IPC_CREAT`], fail if a segment has the key.
pub const IPC_EXCL: i32 = libc::IPC_EXCL;
/// shmget(2): huge pages. The Hurd's header lacks it; the number is Linux's.
pub const SHM_HUGETLB: i32 = 0o4000;
/// shmget(2): do not ask whether there is memory enough. The Hurd's header lacks it.
pub const SHM_NORESERVE: i32 = 0o10000;

/// shmat(2): attach for reading only.
pub const SHM_RDONLY: i32 = libc::SHM_RDONLY;
/// shmat(2): round the address down to a multiple of [`shmlba`].
pub const SHM_RND: i32 = libc::SHM_RND;
/// shmat(2): replace what is mapped there.
pub const SHM_REMAP: i32 = libc::SHM_REMAP;
/// shmat(2): map executable too. The Hurd's header lacks it.
pub const SHM_EXEC: i32 = 0o100000;

/// shmctl(2): mark the segment for removal.
pub const IPC_RMID: i32 = libc::IPC_RMID;
/// shmctl(2): set owner, group and mode.
pub const IPC_SET: i32 = libc::IPC_SET;
/// shmctl(2): copy the segment's record out.
pub const IPC_STAT: i32 = libc::IPC_STAT;
/// shmctl(2): the limits.
pub const IPC_INFO: i32 = libc::IPC_INFO;
/// shmctl(2): keep the pages in memory.
pub const SHM_LOCK: i32 = libc::SHM_LOCK;
/// shmctl(2): undo [`SHM_LOCK`].
pub const SHM_UNLOCK: i32 = libc::SHM_UNLOCK;
/// shmctl(2): [`IPC_STAT`] by index.
pub const SHM_STAT: i32 = 13;
/// shmctl(2): the totals in use.
pub const SHM_INFO: i32 = 14;
/// shmctl(2): [`SHM_STAT`] with no permission asked. The Hurd's header lacks it.
pub const SHM_STAT_ANY: i32 = 15;

/// `shm_perm.mode`: removed, and freed by the last detach.
pub const SHM_DEST: u32 = 0o1000;
/// `shm_perm.mode`: locked by [`SHM_LOCK`].
pub const SHM_LOCKED: u32 = 0o2000;

/// The raw calls, as `sys/shm.h` declares them.
pub mod sys {
    use super::ShmidDs;
    use core::ffi::{c_int, c_void};

    unsafe extern "C" {
        /// shmget(2).
        pub fn shmget(key: i32, size: usize, shmflg: c_int) -> c_int;
        /// shmat(2).
        pub fn shmat(shmid: c_int, shmaddr: *const c_void, shmflg: c_int) -> *mut c_void;
        /// shmdt(2).
        pub fn shmdt(shmaddr: *const c_void) -> c_int;
        /// shmctl(2); IPC_INFO and SHM_INFO want `buf` cast.
        pub fn shmctl(shmid: c_int, cmd: c_int, buf: *mut ShmidDs) -> c_int;
        pub(super) safe fn __errno_location() -> *mut c_int;
        pub(super) safe fn getpagesize() -> c_int;
    }
}

/// `struct ipc_perm`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IpcPerm {
    /// `__key`: 0 for a private or removed segment.
    pub key: i32,
    /// The owner.
    pub uid: u32,
    /// The owner's group.
    pub gid: u32,
    /// Who created it.
    pub cuid: u32,
    /// The creator's group.
    pub cgid: u32,
    /// Nine permission bits, [`SHM_DEST`], [`SHM_LOCKED`].
    pub mode: u32,
    /// `__seq`: the sequence part of the id.
    pub seq: u16,
    #[cfg(target_os = "linux")]
    pad: u16,
    #[cfg(target_os = "linux")]
    reserved: [u64; 2],
}

/// `shmatt_t`.
#[cfg(target_os = "linux")]
pub type Shmatt = u64;
/// `shmatt_t`: 16 bits on the Hurd, so 65535 means that many or more.
#[cfg(target_os = "hurd")]
pub type Shmatt = u16;

/// `struct shmid_ds`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShmidDs {
    /// Key, owner, mode.
    pub shm_perm: IpcPerm,
    /// Bytes asked for at creation.
    pub shm_segsz: usize,
    /// Last shmat(2), seconds since 1970; 0 if never.
    pub shm_atime: i64,
    /// Last shmdt(2), seconds since 1970; 0 if never.
    pub shm_dtime: i64,
    /// Creation or last IPC_SET, seconds since 1970.
    pub shm_ctime: i64,
    /// The creator's process id.
    pub shm_cpid: i32,
    /// Process id of the last shmat(2) or shmdt(2); 0 if none.
    pub shm_lpid: i32,
    /// Attachments.
    pub shm_nattch: Shmatt,
    #[cfg(target_os = "linux")]
    reserved: [u64; 2],
    #[cfg(target_os = "hurd")]
    npages: u16,
    #[cfg(target_os = "hurd")]
    pointers: [usize; 2],
}

impl ShmidDs {
    /// Attachments, in one width for every system.
    #[inline]
    #[must_use]
    #[allow(clippy::useless_conversion)] // Shmatt differs by system.
    pub fn nattch(&self) -> u64 {
        u64::from(self.shm_nattch)
    }

    /// The nine permission bits.
    #[inline]
    #[must_use]
    pub fn permissions(&self) -> u32 {
        self.shm_perm.mode & 0o777
    }

    /// Whether IPC_RMID was called: it goes with its last attachment.
    #[inline]
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.shm_perm.mode & SHM_DEST != 0
    }

    /// Whether SHM_LOCK holds.
    #[inline]
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.shm_perm.mode & SHM_LOCKED != 0
    }

    /// Whether the fields behind `shm_nattch` that carry no information are zero, as they must be.
    #[inline]
    #[must_use]
    pub fn reserved_is_zero(&self) -> bool {
        #[cfg(target_os = "linux")]
        return self.reserved == [0; 2];
        #[cfg(target_os = "hurd")]
        return self.npages == 0 && self.pointers == [0; 2];
    }
}

// A field of struct shminfo: wide on Linux, `int` on the Hurd.
#[cfg(target_os = "linux")]
type Limit = u64;
#[cfg(target_os = "hurd")]
type Limit = c_int;

/// `struct shminfo`: what IPC_INFO fills in.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shminfo {
    /// Largest segment, bytes.
    pub shmmax: Limit,
    /// Smallest segment, bytes.
    pub shmmin: Limit,
    /// Most segments.
    pub shmmni: Limit,
    /// Most attachments of a process; not enforced.
    pub shmseg: Limit,
    /// Most pages in all segments.
    pub shmall: Limit,
    #[cfg(target_os = "linux")]
    reserved: [u64; 4],
}

/// The limits of IPC_INFO in one width. On the Hurd `i32::MAX` means that or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShmInfoLimits {
    /// Largest segment, bytes.
    pub shmmax: u64,
    /// Smallest segment, bytes.
    pub shmmin: u64,
    /// Most segments.
    pub shmmni: u64,
    /// Most attachments of a process; not enforced.
    pub shmseg: u64,
    /// Most pages in all segments.
    pub shmall: u64,
}

impl From<Shminfo> for ShmInfoLimits {
    /// A negative `int` is a server's fault; it shows as 0.
    #[inline]
    #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions)] // u64 on Linux, int on the Hurd.
    fn from(raw: Shminfo) -> Self {
        let widen = |limit: Limit| u64::try_from(limit).unwrap_or(0);
        ShmInfoLimits {
            shmmax: widen(raw.shmmax),
            shmmin: widen(raw.shmmin),
            shmmni: widen(raw.shmmni),
            shmseg: widen(raw.shmseg),
            shmall: widen(raw.shmall),
        }
    }
}

/// `struct shm_info`: what SHM_INFO fills in.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShmInfo {
    /// Segments that exist, removed but attached ones included.
    pub used_ids: c_int,
    /// Pages of all segments, each size rounded up.
    pub shm_tot: usize,
    /// Pages in memory.
    pub shm_rss: usize,
    /// Pages in swap.
    pub shm_swp: usize,
    /// Always 0.
    pub swap_attempts: usize,
    /// Always 0.
    pub swap_successes: usize,
}

// Where the libc crate has a name for one system only, the other's headers have the same number.
#[cfg(target_os = "linux")]
const _: () = {
    assert!(SHM_HUGETLB == libc::SHM_HUGETLB);
    assert!(SHM_NORESERVE == libc::SHM_NORESERVE);
    assert!(SHM_EXEC == libc::SHM_EXEC);
};

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
const _: () = {
    assert!(size_of::<IpcPerm>() == 48 && offset_of!(IpcPerm, seq) == 24);
    assert!(size_of::<ShmidDs>() == 112);
    assert!(offset_of!(ShmidDs, shm_segsz) == 48 && offset_of!(ShmidDs, shm_atime) == 56);
    assert!(offset_of!(ShmidDs, shm_dtime) == 64 && offset_of!(ShmidDs, shm_ctime) == 72);
    assert!(offset_of!(ShmidDs, shm_cpid) == 80 && offset_of!(ShmidDs, shm_lpid) == 84);
    assert!(offset_of!(ShmidDs, shm_nattch) == 88);
    assert!(size_of::<Shminfo>() == 72 && offset_of!(Shminfo, shmall) == 32);
};

#[cfg(all(target_os = "hurd", target_pointer_width = "64"))]
const _: () = {
    assert!(size_of::<IpcPerm>() == 28 && offset_of!(IpcPerm, seq) == 24);
    assert!(size_of::<ShmidDs>() == 96);
    assert!(offset_of!(ShmidDs, shm_segsz) == 32 && offset_of!(ShmidDs, shm_atime) == 40);
    assert!(offset_of!(ShmidDs, shm_dtime) == 48 && offset_of!(ShmidDs, shm_ctime) == 56);
    assert!(offset_of!(ShmidDs, shm_cpid) == 64 && offset_of!(ShmidDs, shm_lpid) == 68);
    assert!(offset_of!(ShmidDs, shm_nattch) == 72 && offset_of!(ShmidDs, npages) == 74);
    assert!(offset_of!(ShmidDs, pointers) == 80);
    assert!(size_of::<Shminfo>() == 20 && offset_of!(Shminfo, shmall) == 16);
};

const _: () = {
    assert!(offset_of!(IpcPerm, uid) == 4 && offset_of!(IpcPerm, gid) == 8);
    assert!(offset_of!(IpcPerm, cuid) == 12 && offset_of!(IpcPerm, cgid) == 16);
    assert!(offset_of!(IpcPerm, mode) == 20);
    assert!(size_of::<ShmInfo>() == 6 * size_of::<usize>());
    assert!(offset_of!(ShmInfo, shm_tot) == size_of::<usize>());
};

/// A number of errno(3), of this system: the Hurd's are 0x40000000 and up.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(pub c_int);

macro_rules! errnos {
    ($($name:ident = $linux:literal | $hurd:literal, $message:literal;)*) => {
        impl Errno {
            $(#[doc = concat!("errno(3): ", $message, ".")]
            pub const $name: Errno = Errno(if cfg!(target_os = "hurd") {
                (0x10 << 26) | $hurd
            } else {
                $linux
            });)*

            /// The ones with a name here.
            pub const NAMED: &'static [Errno] = &[$(Errno::$name),*];

            /// The name, for those the four calls can give.
            #[inline]
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self { $(Errno::$name => Some(stringify!($name)),)* _ => None }
            }

            /// What strerror(3) says, for those with a name.
            #[inline]
            #[must_use]
            pub fn message(self) -> Option<&'static str> {
                match self { $(Errno::$name => Some($message),)* _ => None }
            }
        }
    };
}

// Name = Linux's number | the low bits of the Hurd's. tests/shmctl.rs compares them with headers.
errnos! {
    EPERM = 1 | 1, "Operation not permitted";
    ENOENT = 2 | 2, "No such file or directory";
    ESRCH = 3 | 3, "No such process";
    EINTR = 4 | 4, "Interrupted system call";
    EIO = 5 | 5, "Input/output error";
    EAGAIN = 11 | 35, "Resource temporarily unavailable";
    ENOMEM = 12 | 12, "Cannot allocate memory";
    EACCES = 13 | 13, "Permission denied";
    EFAULT = 14 | 14, "Bad address";
    EBUSY = 16 | 16, "Device or resource busy";
    EEXIST = 17 | 17, "File exists";
    EINVAL = 22 | 22, "Invalid argument";
    ENFILE = 23 | 23, "Too many open files in system";
    EMFILE = 24 | 24, "Too many open files";
    ENOSPC = 28 | 28, "No space left on device";
    EOVERFLOW = 75 | 115, "Value too large for defined data type";
    EOPNOTSUPP = 95 | 45, "Operation not supported";
    EIDRM = 43 | 108, "Identifier removed";
    ENOSYS = 38 | 78, "Function not implemented";
}

impl Errno {
    /// The calling thread's errno.
    #[inline]
    #[must_use]
    pub fn last() -> Errno {
        // SAFETY: libc gives the address of this thread's own `int`, valid for its life.
        Errno(unsafe { sys::__errno_location().read() })
    }

    /// Sets the calling thread's errno.
    #[inline]
    pub fn set_last(self) {
        // SAFETY: as in `last`; nobody else refers to this thread's errno meanwhile.
        unsafe { sys::__errno_location().write(self.0) }
    }
}

impl fmt::Debug for Errno {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}

impl fmt::Display for Errno {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(message) => f.write_str(message),
            None => write!(f, "Unknown error {}", self.0),
        }
    }
}

impl core::error::Error for Errno {}

/// A result with the errno of the call.
pub type Result<T> = core::result::Result<T, Errno>;

/// -1 becomes errno.
#[inline]
fn check(returned: c_int) -> Result<i32> {
    if returned == -1 {
        Err(Errno::last())
    } else {
        Ok(returned)
    }
}

/// `SHMLBA`: what an attach address is a multiple of; the page size.
#[inline]
#[must_use]
pub fn shmlba() -> usize {
    usize::try_from(sys::getpagesize()).unwrap_or(4096)
}

/// shmget(2): the id of the segment with `key`, made if the flags say so.
///
/// # Errors
/// EACCES, EEXIST, EINVAL, ENOENT, ENOMEM, ENOSPC; ENOSYS with no server.
#[inline]
pub fn get(key: i32, size: usize, flags: i32) -> Result<i32> {
    // SAFETY: numbers only.
    check(unsafe { sys::shmget(key, size, flags) })
}

/// shmat(2): maps the segment at `addr`, or anywhere if it is null.
///
/// # Errors
/// EACCES, EINVAL, ENOMEM, EPERM.
///
/// # Safety
/// With [`SHM_REMAP`] whatever was mapped in the range is gone: nothing may still use it.
#[inline]
pub unsafe fn attach(id: i32, addr: *const u8, flags: i32) -> Result<*mut u8> {
    // SAFETY: `addr` is not dereferenced, only mapped at; the caller answers for what is there.
    let at = unsafe { sys::shmat(id, addr.cast::<c_void>(), flags) };
    if at.addr() == usize::MAX {
        Err(Errno::last())
    } else {
        Ok(at.cast::<u8>())
    }
}

/// shmdt(2): unmaps the attachment that starts at `addr`.
///
/// # Errors
/// EINVAL: nothing is attached there.
///
/// # Safety
/// Nothing may still use the attachment's memory.
#[inline]
pub unsafe fn detach(addr: *const u8) -> Result<()> {
    // SAFETY: the caller's.
    check(unsafe { sys::shmdt(addr.cast::<c_void>()) }).map(drop)
}

/// One of the three STAT commands: the record, and what the call returned.
#[inline]
fn read_record(id_or_index: i32, cmd: c_int) -> Result<(i32, ShmidDs)> {
    let mut record = ShmidDs::default();
    // SAFETY: `record` is a whole struct shmid_ds of this system's layout, asserted above.
    let returned = check(unsafe { sys::shmctl(id_or_index, cmd, &mut record) })?;
    Ok((returned, record))
}

/// shmctl(2), IPC_STAT.
///
/// # Errors
/// EACCES, EINVAL.
#[inline]
pub fn stat(id: i32) -> Result<ShmidDs> {
    read_record(id, IPC_STAT).map(|(_, record)| record)
}

/// shmctl(2), SHM_STAT: the id and the record at an index of the table.
///
/// # Errors
/// EACCES; EINVAL: the index is not in use.
#[inline]
pub fn stat_index(index: i32) -> Result<(i32, ShmidDs)> {
    read_record(index, SHM_STAT)
}

/// shmctl(2), SHM_STAT_ANY: as [`stat_index`], with no permission needed.
///
/// # Errors
/// EINVAL: the index is not in use, or the system is too old to know the command.
#[inline]
pub fn stat_index_any(index: i32) -> Result<(i32, ShmidDs)> {
    read_record(index, SHM_STAT_ANY)
}

/// shmctl(2), IPC_SET: owner, group and the nine permission bits, all three at once.
///
/// # Errors
/// EINVAL, EPERM.
#[inline]
pub fn set(id: i32, uid: u32, gid: u32, mode: u32) -> Result<()> {
    let mut record = ShmidDs::default();
    record.shm_perm.uid = uid;
    record.shm_perm.gid = gid;
    record.shm_perm.mode = mode;
    // SAFETY: `record` is a whole struct shmid_ds.
    check(unsafe { sys::shmctl(id, IPC_SET, &mut record) }).map(drop)
}

/// A command without a buffer.
#[inline]
fn command(id: i32, cmd: c_int) -> Result<()> {
    // SAFETY: these commands ignore the buffer.
    check(unsafe { sys::shmctl(id, cmd, ptr::null_mut()) }).map(drop)
}

/// shmctl(2), IPC_RMID.
///
/// # Errors
/// EINVAL, EPERM.
#[inline]
pub fn remove(id: i32) -> Result<()> {
    command(id, IPC_RMID)
}

/// shmctl(2), SHM_LOCK.
///
/// # Errors
/// EINVAL, ENOMEM, EPERM.
#[inline]
pub fn lock(id: i32) -> Result<()> {
    command(id, SHM_LOCK)
}

/// shmctl(2), SHM_UNLOCK.
///
/// # Errors
/// EINVAL, EPERM.
#[inline]
pub fn unlock(id: i32) -> Result<()> {
    command(id, SHM_UNLOCK)
}

/// IPC_INFO or SHM_INFO into a structure of its own.
///
/// # Safety
/// `T` is the structure that `cmd` fills in, and any bytes are a value of it.
#[inline]
unsafe fn read_info<T>(cmd: c_int) -> Result<(T, i32)> {
    let mut info = MaybeUninit::<T>::zeroed();
    // SAFETY: `info` has room for what the command writes, says the caller.
    let highest = check(unsafe { sys::shmctl(0, cmd, info.as_mut_ptr().cast::<ShmidDs>()) })?;
    // SAFETY: zeroed, then written by libc; any bytes are a value, says the caller.
    Ok((unsafe { info.assume_init() }, highest))
}

/// shmctl(2), IPC_INFO: the limits, and the highest index in use (0 if none).
///
/// # Errors
/// EINVAL: the system lacks the command.
#[inline]
pub fn ipc_info() -> Result<(ShmInfoLimits, i32)> {
    // SAFETY: IPC_INFO fills in struct shminfo, which is all numbers.
    unsafe { read_info::<Shminfo>(IPC_INFO) }.map(|(raw, highest)| (raw.into(), highest))
}

/// shmctl(2), SHM_INFO: the totals, and the highest index in use (0 if none).
///
/// # Errors
/// EINVAL: the system lacks the command.
#[inline]
pub fn shm_info() -> Result<(ShmInfo, i32)> {
    // SAFETY: SHM_INFO fills in struct shm_info, which is all numbers.
    unsafe { read_info::<ShmInfo>(SHM_INFO) }
}
