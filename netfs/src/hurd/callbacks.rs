// SPDX-License-Identifier: GPL-2.0-or-later
//! The functions that libnetfs calls with a node's lock held, as `hurd/netfs.h` wants them.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::slice;

use gnumach::right::SendRight;
use hurd_ports::guard::guard;
use hurd_sys as sys;

use super::copy::Foreign;
use super::node::{self, NodeRef};
use super::shell;
use crate::{Access, Entry, Error, FileSystem, Opening, Opt, Result, Space, Stat, User};

unsafe extern "C" {
    fn pthread_mutex_lock(mutex: *mut sys::pthread_mutex_t) -> c_int;
    fn pthread_mutex_unlock(mutex: *mut sys::pthread_mutex_t) -> c_int;
}

/// A node that libnetfs handed in, with a reference for the time of the call.
#[derive(Clone, Copy)]
pub struct Raw(pub *mut sys::node);

/// Entries of a directory, with holes.
pub type Entries<'a> = Box<dyn Iterator<Item = Option<Entry>> + 'a>;

/// [`FileSystem`] without its type of nodes. A [`Raw`] is a node of that type: the shell makes no
/// others.
pub trait Erased: Send + Sync {
    fn known_options(&self) -> (&'static [Opt], &'static CStr);
    fn set_options(&self, options: &[(String, String)]) -> Result<()>;
    fn options(&self) -> Vec<String>;
    fn stat(&self, node: Raw) -> Result<Stat>;
    fn lookup(&self, user: User<'_>, directory: Raw, name: &str) -> Result<*mut sys::node>;
    fn create(
        &self,
        user: User<'_>,
        directory: Raw,
        name: &str,
        mode: u32,
    ) -> Result<*mut sys::node>;
    fn unlink(&self, user: User<'_>, directory: Raw, name: &str) -> Result<()>;
    fn readlink(&self, node: Raw) -> Result<String>;
    fn entries(&self, directory: Raw, first: usize) -> Result<Entries<'_>>;
    fn open(&self, user: User<'_>, node: Raw, how: Opening) -> Result<()>;
    fn access(&self, user: User<'_>, node: Raw) -> Result<Access>;
    fn size(&self, node: Raw) -> Result<u64>;
    fn read(&self, node: Raw, offset: u64, data: &mut [u8]) -> Result<()>;
    fn write(&self, node: Raw, offset: u64, data: Foreign<'_>) -> Result<()>;
    fn set_size(&self, user: User<'_>, node: Raw, size: u64) -> Result<()>;
    fn map(&self, node: Raw, write: bool) -> Result<SendRight>;
    fn chmod(&self, user: User<'_>, node: Raw, mode: u32) -> Result<()>;
    fn chown(&self, user: User<'_>, node: Raw, uid: Option<u32>, gid: Option<u32>) -> Result<()>;
    fn space(&self) -> Result<Space>;
    fn unused(&self, node: Raw);
    /// # Safety
    /// This is the node's last use.
    unsafe fn free(&self, node: Raw);
}

/// A file system behind [`Erased`].
pub struct Shell<F: FileSystem>(pub F);

impl<F: FileSystem> Shell<F> {
    fn data<'a>(node: Raw) -> &'a F::Node {
        // SAFETY: see `Raw` and `Erased`. The answer is used during the call only.
        unsafe { node::data(node.0) }
    }
}

impl<F: FileSystem> Erased for Shell<F> {
    fn known_options(&self) -> (&'static [Opt], &'static CStr) {
        (F::OPTIONS, F::ABOUT)
    }
    fn set_options(&self, options: &[(String, String)]) -> Result<()> {
        self.0.set_options(options)
    }
    fn options(&self) -> Vec<String> {
        self.0.options()
    }
    fn stat(&self, node: Raw) -> Result<Stat> {
        self.0.stat(Self::data(node))
    }
    fn lookup(&self, user: User<'_>, directory: Raw, name: &str) -> Result<*mut sys::node> {
        let found = self.0.lookup(user, Self::data(directory), name);
        found.map(NodeRef::into_raw)
    }
    fn create(
        &self,
        user: User<'_>,
        directory: Raw,
        name: &str,
        mode: u32,
    ) -> Result<*mut sys::node> {
        let made = self.0.create(user, Self::data(directory), name, mode);
        made.map(NodeRef::into_raw)
    }
    fn unlink(&self, user: User<'_>, directory: Raw, name: &str) -> Result<()> {
        self.0.unlink(user, Self::data(directory), name)
    }
    fn readlink(&self, node: Raw) -> Result<String> {
        self.0.readlink(Self::data(node))
    }
    fn entries(&self, directory: Raw, first: usize) -> Result<Entries<'_>> {
        self.0.entries(Self::data(directory), first)
    }
    fn open(&self, user: User<'_>, node: Raw, how: Opening) -> Result<()> {
        self.0.open(user, Self::data(node), how)
    }
    fn access(&self, user: User<'_>, node: Raw) -> Result<Access> {
        self.0.access(user, Self::data(node))
    }
    fn size(&self, node: Raw) -> Result<u64> {
        self.0.size(Self::data(node))
    }
    fn read(&self, node: Raw, offset: u64, data: &mut [u8]) -> Result<()> {
        self.0.read(Self::data(node), offset, data)
    }
    fn write(&self, node: Raw, offset: u64, data: Foreign<'_>) -> Result<()> {
        self.0.write(Self::data(node), offset, data)
    }
    fn set_size(&self, user: User<'_>, node: Raw, size: u64) -> Result<()> {
        self.0.set_size(user, Self::data(node), size)
    }
    fn map(&self, node: Raw, write: bool) -> Result<SendRight> {
        self.0.map(Self::data(node), write)
    }
    fn chmod(&self, user: User<'_>, node: Raw, mode: u32) -> Result<()> {
        self.0.chmod(user, Self::data(node), mode)
    }
    fn chown(&self, user: User<'_>, node: Raw, uid: Option<u32>, gid: Option<u32>) -> Result<()> {
        self.0.chown(user, Self::data(node), uid, gid)
    }
    fn space(&self) -> Result<Space> {
        self.0.space()
    }
    fn unused(&self, node: Raw) {
        self.0.unused(Self::data(node));
    }
    unsafe fn free(&self, node: Raw) {
        // SAFETY: handed through.
        unsafe { node::free::<F::Node>(node.0) };
    }
}

/// Calls `body` with the ids of a user of libnetfs's.
///
/// # Safety
/// `user` is null, which is nobody, or valid for the call.
pub unsafe fn with_user<R>(user: *const sys::iouser, body: impl FnOnce(User<'_>) -> R) -> R {
    /// # Safety
    /// `list` is null or valid as long as the answer.
    unsafe fn ids<'a>(list: *const sys::idvec) -> &'a [u32] {
        // SAFETY: see the contract; of an empty list the pointer may be null.
        unsafe {
            match list.as_ref() {
                Some(list) if !list.ids.is_null() => {
                    slice::from_raw_parts(list.ids, list.num as usize)
                }
                _ => &[],
            }
        }
    }
    // SAFETY: see the contract.
    let (uids, gids) = unsafe {
        match user.as_ref() {
            Some(user) => (ids(user.uids), ids(user.gids)),
            None => (&[][..], &[][..]),
        }
    };
    body(User { uids, gids })
}

/// A name of a request's. One that is not UTF-8 names no file here.
///
/// # Safety
/// `name` is a string, valid as long as the answer.
pub unsafe fn text<'a>(name: *const c_char) -> Result<&'a str> {
    // SAFETY: see the contract.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().map_err(|_| Error::ENOENT)
}

/// The access in an open's flags.
pub fn access_of(flags: c_int) -> Access {
    Access {
        read: flags & libc::O_RDONLY != 0,
        write: flags & libc::O_WRONLY != 0,
        execute: flags & libc::O_EXEC != 0,
    }
}

/// An open with these flags.
pub fn opening(flags: c_int, new: bool) -> Opening {
    Opening {
        access: access_of(flags),
        new,
        truncate: flags & libc::O_TRUNC != 0,
    }
}

/// Holds the lock of a node.
pub struct Locked(*mut sys::node);

impl Locked {
    /// # Safety
    /// The node is referred to for as long as the lock is held.
    pub unsafe fn new(node: *mut sys::node) -> Self {
        // SAFETY: see the contract.
        unsafe { pthread_mutex_lock(&raw mut (*node).lock) };
        Self(node)
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        // SAFETY: locked by `new`.
        unsafe { pthread_mutex_unlock(&raw mut (*self.0).lock) };
    }
}

/// Seconds and no fraction.
fn timespec(seconds: i64) -> sys::timespec {
    sys::timespec {
        tv_sec: seconds as _,
        tv_nsec: 0,
    }
}

// SAFETY of all below: libnetfs calls them as hurd/netfs.h says, with nodes that the shell made,
// referred to and locked, with users that are valid for the call, strings that end, and valid
// out-pointers.

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_validate_stat(
    np: *mut sys::node,
    _user: *mut sys::iouser,
) -> sys::error_t {
    guard(|| {
        let told = shell()?.stat(Raw(np))?;
        let size = i64::try_from(told.size).unwrap_or(i64::MAX);
        // SAFETY: see above.
        unsafe {
            let stat = &mut (*np).nn_stat;
            stat.st_fstype = sys::FSTYPE_MISC as _;
            stat.st_fsid = std::process::id().into();
            stat.st_ino = told.inode;
            stat.st_mode = told.mode;
            stat.st_nlink = told.links as _;
            stat.st_uid = told.uid;
            stat.st_gid = told.gid;
            stat.st_author = told.uid;
            stat.st_size = size;
            stat.st_atim = timespec(told.accessed);
            stat.st_mtim = timespec(told.modified);
            stat.st_ctim = timespec(told.changed);
            stat.st_blksize = told.block as _;
            stat.st_blocks = told.blocks as _;
            (*np).nn_translated = told.mode & libc::S_IFMT;
        }
        Ok(())
    })
}

/// Stores a node found or made, locked, in `np`; the directory is unlocked before.
///
/// # Safety
/// See above; `directory` is locked.
unsafe fn hand_over(
    directory: *mut sys::node,
    np: *mut *mut sys::node,
    find: impl FnOnce() -> Result<*mut sys::node>,
) -> sys::error_t {
    let mut found = ptr::null_mut();
    let error = guard(|| {
        found = find()?;
        Ok(())
    });
    // SAFETY: see the contract; `find` answered a reference, which is the library's now.
    unsafe {
        pthread_mutex_unlock(&raw mut (*directory).lock);
        if error == 0 {
            pthread_mutex_lock(&raw mut (*found).lock);
        }
        *np = found;
    }
    error
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_lookup(
    user: *mut sys::iouser,
    directory: *mut sys::node,
    name: *const c_char,
    np: *mut *mut sys::node,
) -> sys::error_t {
    // SAFETY: see above.
    unsafe {
        hand_over(directory, np, || {
            let name = text(name)?;
            if name == "." {
                if shell()?.stat(Raw(directory))?.mode & libc::S_IFMT != libc::S_IFDIR {
                    return Err(Error::ENOTDIR);
                }
                sys::netfs_nref(directory);
                return Ok(directory);
            }
            with_user(user, |user| shell()?.lookup(user, Raw(directory), name))
        })
    }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_create_file(
    user: *mut sys::iouser,
    directory: *mut sys::node,
    name: *const c_char,
    mode: sys::mode_t,
    np: *mut *mut sys::node,
) -> sys::error_t {
    // SAFETY: see above.
    unsafe {
        hand_over(directory, np, || {
            let name = text(name)?;
            with_user(user, |user| {
                shell()?.create(user, Raw(directory), name, mode & 0o777)
            })
        })
    }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_mkfile(
    _user: *mut sys::iouser,
    directory: *mut sys::node,
    _mode: sys::mode_t,
    np: *mut *mut sys::node,
) -> sys::error_t {
    // SAFETY: see above.
    unsafe { hand_over(directory, np, || Err(Error::EPERM)) }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_unlink(
    user: *mut sys::iouser,
    directory: *mut sys::node,
    name: *const c_char,
) -> sys::error_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let name = text(name)?;
        with_user(user, |user| shell()?.unlink(user, Raw(directory), name))
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_readlink(
    _user: *mut sys::iouser,
    np: *mut sys::node,
    buffer: *mut c_char,
) -> sys::error_t {
    guard(|| {
        let target = shell()?.readlink(Raw(np))?;
        // SAFETY: see above; the buffer has room for what `st_size` says, and that was
        // validated under the lock that is still held.
        unsafe {
            let room = usize::try_from((*np).nn_stat.st_size).unwrap_or(0);
            if target.len() != room {
                return Err(Error::EIO);
            }
            ptr::copy_nonoverlapping(target.as_ptr(), buffer.cast(), room);
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_check_open_permissions(
    user: *mut sys::iouser,
    np: *mut sys::node,
    flags: c_int,
    new: c_int,
) -> sys::error_t {
    let how = opening(flags, new != 0);
    // SAFETY: see above.
    guard(|| unsafe { with_user(user, |user| shell()?.open(user, Raw(np), how)) })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_report_access(
    user: *mut sys::iouser,
    np: *mut sys::node,
    types: *mut c_int,
) -> sys::error_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let access = with_user(user, |user| shell()?.access(user, Raw(np)))?;
        *types = 0;
        for (have, bit) in [
            (access.read, libc::O_RDONLY),
            (access.write, libc::O_WRONLY),
            (access.execute, libc::O_EXEC),
        ] {
            if have {
                *types |= bit;
            }
        }
        Ok(())
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_chmod(
    user: *mut sys::iouser,
    np: *mut sys::node,
    mode: sys::mode_t,
) -> sys::error_t {
    if mode & libc::S_IFMT != 0 {
        // Another kind of file: for a passive translator.
        return Error::EOPNOTSUPP.code();
    }
    // SAFETY: see above.
    guard(|| unsafe { with_user(user, |user| shell()?.chmod(user, Raw(np), mode)) })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_chown(
    user: *mut sys::iouser,
    np: *mut sys::node,
    uid: sys::uid_t,
    gid: sys::uid_t,
) -> sys::error_t {
    let changed = |id| (id != u32::MAX).then_some(id);
    // SAFETY: see above.
    guard(|| unsafe {
        with_user(user, |user| {
            shell()?.chown(user, Raw(np), changed(uid), changed(gid))
        })
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_set_size(
    user: *mut sys::iouser,
    np: *mut sys::node,
    size: sys::loff_t,
) -> sys::error_t {
    // SAFETY: see above.
    guard(|| unsafe {
        let size = u64::try_from(size).map_err(|_| Error::EINVAL)?;
        with_user(user, |user| shell()?.set_size(user, Raw(np), size))
    })
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_attempt_statfs(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    st: *mut sys::fsys_statfsbuf_t,
) -> sys::error_t {
    guard(|| {
        let space = shell()?.space()?;
        // SAFETY: see above.
        unsafe {
            *st = sys::fsys_statfsbuf_t {
                f_type: sys::FSTYPE_MISC as _,
                f_bsize: space.block as _,
                f_frsize: space.block as _,
                f_blocks: space.blocks,
                f_bfree: space.free,
                f_bavail: space.free,
                f_files: space.files,
                f_ffree: space.files_free,
                f_favail: space.files_free,
                f_fsid: std::process::id().into(),
                f_namelen: 255,
                ..Default::default()
            };
        }
        Ok(())
    })
}

/// Nothing waits to be written anywhere.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_sync(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _wait: c_int,
) -> sys::error_t {
    0
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_syncfs(
    _user: *mut sys::iouser,
    _wait: c_int,
) -> sys::error_t {
    0
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_utimes(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _accessed: *mut sys::timespec,
    _modified: *mut sys::timespec,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_chauthor(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _author: sys::uid_t,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_chflags(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _flags: c_int,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_mksymlink(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _name: *const c_char,
) -> sys::error_t {
    Error::EPERM.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_mkdev(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _kind: sys::mode_t,
    _device: sys::dev_t,
) -> sys::error_t {
    Error::EPERM.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_rename(
    _user: *mut sys::iouser,
    _from: *mut sys::node,
    _from_name: *const c_char,
    _to: *mut sys::node,
    _to_name: *const c_char,
    _exclusive: c_int,
) -> sys::error_t {
    Error::EPERM.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_mkdir(
    _user: *mut sys::iouser,
    _directory: *mut sys::node,
    _name: *const c_char,
    _mode: sys::mode_t,
) -> sys::error_t {
    Error::EPERM.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_rmdir(
    _user: *mut sys::iouser,
    _directory: *mut sys::node,
    _name: *const c_char,
) -> sys::error_t {
    Error::EPERM.code()
}

#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_link(
    _user: *mut sys::iouser,
    _directory: *mut sys::node,
    _file: *mut sys::node,
    _name: *const c_char,
    _exclusive: c_int,
) -> sys::error_t {
    Error::EPERM.code()
}

/// The calls that would come here are served in `io.rs`.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_read(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _offset: sys::loff_t,
    _length: *mut usize,
    _data: *mut c_void,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

/// As above.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_attempt_write(
    _user: *mut sys::iouser,
    _np: *mut sys::node,
    _offset: sys::loff_t,
    _length: *mut usize,
    _data: *const c_void,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

/// As above.
#[unsafe(no_mangle)]
pub(super) extern "C" fn netfs_get_dirents(
    _user: *mut sys::iouser,
    _directory: *mut sys::node,
    _entry: c_int,
    _count: c_int,
    _data: *mut *mut c_char,
    _length: *mut sys::mach_msg_type_number_t,
    _bytes: sys::vm_size_t,
    _amount: *mut c_int,
) -> sys::error_t {
    Error::EOPNOTSUPP.code()
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_make_user(
    uids: *mut sys::uid_t,
    uid_count: c_int,
    gids: *mut sys::uid_t,
    gid_count: c_int,
) -> *mut sys::iouser {
    let mut user = ptr::null_mut();
    // SAFETY: see above; a valid out-pointer.
    let error =
        unsafe { sys::iohelp_create_complex_iouser(&mut user, uids, uid_count, gids, gid_count) };
    if error == 0 { user } else { ptr::null_mut() }
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_try_dropping_softrefs(np: *mut sys::node) {
    guard(|| {
        shell()?.unused(Raw(np));
        Ok(())
    });
}

#[unsafe(no_mangle)]
pub(super) unsafe extern "C" fn netfs_node_norefs(np: *mut sys::node) {
    if NonNull::new(np).is_none() {
        return;
    }
    // SAFETY: the library has just dropped the last reference.
    guard(|| unsafe {
        shell()?.free(Raw(np));
        Ok(())
    });
}

const _: () = {
    let _: [unsafe extern "C" fn(_, _) -> _; 2] = [netfs_validate_stat, sys::netfs_validate_stat];
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] =
        [netfs_attempt_lookup, sys::netfs_attempt_lookup];
    let _: [unsafe extern "C" fn(_, _, _, _, _) -> _; 2] =
        [netfs_attempt_create_file, sys::netfs_attempt_create_file];
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] =
        [netfs_attempt_mkfile, sys::netfs_attempt_mkfile];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_attempt_unlink, sys::netfs_attempt_unlink];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_attempt_readlink, sys::netfs_attempt_readlink];
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] = [
        netfs_check_open_permissions,
        sys::netfs_check_open_permissions,
    ];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_report_access, sys::netfs_report_access];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_attempt_chmod, sys::netfs_attempt_chmod];
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] =
        [netfs_attempt_chown, sys::netfs_attempt_chown];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_attempt_set_size, sys::netfs_attempt_set_size];
    let _: [unsafe extern "C" fn(_, _, _) -> _; 2] =
        [netfs_attempt_statfs, sys::netfs_attempt_statfs];
    let _: [unsafe extern "C" fn(_, _, _, _) -> _; 2] = [netfs_make_user, sys::netfs_make_user];
    let _: [unsafe extern "C" fn(_); 2] = [netfs_node_norefs, sys::netfs_node_norefs];
};
