// SPDX-License-Identifier: GPL-2.0-or-later
//! What a file system is: the questions that libnetfs asks.

#[cfg(target_os = "hurd")]
use std::ffi::CStr;

#[cfg(target_os = "hurd")]
use gnumach::right::SendRight;

#[cfg(target_os = "hurd")]
use crate::{Entry, Error, Foreign, NodeRef, Result};

/// Who asks: the effective ids that the authentication server vouches for. Either list may be
/// empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// Effective user ids.
    pub uids: &'a [u32],
    /// Effective and supplementary group ids.
    pub gids: &'a [u32],
}

/// What an open may do, or what a mode grants (`O_READ`, `O_WRITE`, `O_EXEC` of `fcntl.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Read.
    pub read: bool,
    /// Write.
    pub write: bool,
    /// Execute; of a directory, look names up.
    pub execute: bool,
}

/// How a node is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// What for.
    pub access: Access,
    /// This open created the node.
    pub new: bool,
    /// With `O_TRUNC`. libc sets the size to 0 when it has the file.
    pub truncate: bool,
}

/// Seconds since 1970.
pub type Time = i64;

/// What stat(2) tells; what is not here is zero, or the shell's to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// `st_ino`, never 0.
    pub inode: u64,
    /// `st_mode`: kind and permission bits.
    pub mode: u32,
    /// `st_nlink`.
    pub links: u32,
    /// `st_uid`.
    pub uid: u32,
    /// `st_gid`.
    pub gid: u32,
    /// `st_size`, in bytes.
    pub size: u64,
    /// `st_atim`.
    pub accessed: Time,
    /// `st_mtim`.
    pub modified: Time,
    /// `st_ctim`.
    pub changed: Time,
    /// `st_blksize`, in bytes: the size at which reads are best.
    pub block: u32,
    /// `st_blocks`, of 512 bytes each.
    pub blocks: u64,
}

/// What statfs(2) tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// Bytes of a block.
    pub block: u64,
    /// Blocks.
    pub blocks: u64,
    /// Blocks that are free.
    pub free: u64,
    /// Files that there can be.
    pub files: u64,
    /// Files that there can still be.
    pub files_free: u64,
}

/// An option of the command line and of fsysopts(1), with a long name and a value.
#[derive(Clone, Copy, Debug)]
pub struct Opt {
    /// Without the dashes.
    pub name: &'static core::ffi::CStr,
    /// What `--help` calls the value.
    pub value: &'static core::ffi::CStr,
    /// One line for `--help`.
    pub about: &'static core::ffi::CStr,
}

/// What [`FileSystem::start`] answers.
#[cfg(target_os = "hurd")]
pub type Started<F> = core::result::Result<(F, NodeRef<<F as FileSystem>::Node>), String>;

/// A file system. Each method says which function of `hurd/netfs.h` it is behind.
#[cfg(target_os = "hurd")]
pub trait FileSystem: Send + Sync + Sized + 'static {
    /// What a node of the file system is.
    type Node: Send + Sync + 'static;

    /// The program's name, for the log and `io_server_version`.
    const NAME: &'static CStr;
    /// Its version.
    const VERSION: &'static CStr;
    /// What `--help` says of it.
    const ABOUT: &'static CStr;
    /// Its options.
    const OPTIONS: &'static [Opt];

    /// The file system with these options, in the order given, and its root. It can fail: it
    /// runs before the parent is told.
    ///
    /// # Errors
    /// One line, for the person who sets the translator.
    fn start(options: &[(String, String)]) -> Started<Self>;

    /// Changes options at run time (`netfs_set_options`), all or none.
    ///
    /// # Errors
    /// `EINVAL`: a value is no good.
    fn set_options(&self, options: &[(String, String)]) -> Result<()>;

    /// The options in force, as on a command line (`netfs_append_args`).
    fn options(&self) -> Vec<String>;

    /// `netfs_validate_stat`.
    ///
    /// # Errors
    /// `EIO` and the like, here and below, when what is behind the node is gone.
    fn stat(&self, node: &Self::Node) -> Result<Stat>;

    /// `netfs_attempt_lookup`: neither `.` nor `..` of the root comes here.
    ///
    /// # Errors
    /// `ENOENT`: no such name; `ENOTDIR`.
    fn lookup(
        &self,
        user: User<'_>,
        directory: &Self::Node,
        name: &str,
    ) -> Result<NodeRef<Self::Node>>;

    /// `netfs_attempt_create_file`: the name was not found. `mode` has the nine bits.
    ///
    /// # Errors
    /// `EEXIST`: it is there now.
    fn create(
        &self,
        _user: User<'_>,
        _directory: &Self::Node,
        _name: &str,
        _mode: u32,
    ) -> Result<NodeRef<Self::Node>> {
        Err(Error::EPERM)
    }

    /// `netfs_attempt_unlink`.
    ///
    /// # Errors
    /// `ENOENT`: no such name.
    fn unlink(&self, _user: User<'_>, _directory: &Self::Node, _name: &str) -> Result<()> {
        Err(Error::EPERM)
    }

    /// `netfs_attempt_readlink`.
    ///
    /// # Errors
    /// `EINVAL`: it is no symbolic link.
    fn readlink(&self, _node: &Self::Node) -> Result<String> {
        Err(Error::EINVAL)
    }

    /// `netfs_get_dirents`: the entries from number `first` on, holes as `None`. The number of an
    /// entry does not change while the file is there.
    ///
    /// # Errors
    /// `ENOTDIR`.
    fn entries(
        &self,
        directory: &Self::Node,
        first: usize,
    ) -> Result<Box<dyn Iterator<Item = Option<Entry>> + '_>>;

    /// `netfs_check_open_permissions`. From here on the open's reads, writes and maps are asked
    /// for without a user.
    ///
    /// # Errors
    /// `EACCES`.
    fn open(&self, user: User<'_>, node: &Self::Node, how: Opening) -> Result<()>;

    /// `netfs_report_access`.
    ///
    /// # Errors
    /// See [`FileSystem::stat`].
    fn access(&self, user: User<'_>, node: &Self::Node) -> Result<Access>;

    /// The size of a regular file, in bytes, as it is now. Reads and writes are cut to it.
    ///
    /// # Errors
    /// `EISDIR`, and see [`FileSystem::stat`].
    fn size(&self, node: &Self::Node) -> Result<u64>;

    /// `netfs_attempt_read`, within the size: fills all of `data`.
    ///
    /// # Errors
    /// See [`FileSystem::stat`].
    fn read(&self, node: &Self::Node, offset: u64, data: &mut [u8]) -> Result<()>;

    /// `netfs_attempt_write`, within the size: takes all of `length` bytes at `data`, which
    /// belong to the client, so that a read of them may fault.
    ///
    /// # Errors
    /// See [`FileSystem::stat`].
    fn write(&self, node: &Self::Node, offset: u64, data: Foreign<'_>) -> Result<()>;

    /// `netfs_attempt_set_size`, for an open that may write.
    ///
    /// # Errors
    /// `EINVAL`: the file has no such size.
    fn set_size(&self, user: User<'_>, node: &Self::Node, size: u64) -> Result<()>;

    /// `netfs_get_filemap`: a memory object for an open that may read, and write if `write` says so.
    ///
    /// # Errors
    /// `EOPNOTSUPP`: it cannot be mapped.
    fn map(&self, node: &Self::Node, write: bool) -> Result<SendRight>;

    /// `netfs_attempt_chmod`: the bits without the kind.
    ///
    /// # Errors
    /// `EPERM`.
    fn chmod(&self, _user: User<'_>, _node: &Self::Node, _mode: u32) -> Result<()> {
        Err(Error::EPERM)
    }

    /// `netfs_attempt_chown`; `None` is to stay.
    ///
    /// # Errors
    /// `EPERM`.
    fn chown(
        &self,
        _user: User<'_>,
        _node: &Self::Node,
        _uid: Option<u32>,
        _gid: Option<u32>,
    ) -> Result<()> {
        Err(Error::EPERM)
    }

    /// `netfs_attempt_statfs`.
    ///
    /// # Errors
    /// See [`FileSystem::stat`].
    fn space(&self) -> Result<Space>;

    /// `netfs_try_dropping_softrefs`: nobody has the node open. A file system with a table of
    /// nodes calls [`Nodes::forget`](crate::Nodes::forget).
    fn unused(&self, _node: &Self::Node) {}
}
