// SPDX-License-Identifier: GPL-2.0-or-later
//! What an author of a translator writes.
#![forbid(unsafe_code)]

use std::any::Any;
use std::ffi::CStr;

use crate::{Error, Interface, Result};

/// A translator: one node of a file system, and a program that answers for it.
///
/// The shell calls these functions from many threads at once. A panic in one of them costs the
/// call that it was made for, which is answered with `EIO`, and a line in the log.
pub trait Translator: Send + Sync + Sized + 'static {
    /// The options of the command line and of fsysopts(1); `()` for none.
    type Settings: Settings;

    /// What an open of the node keeps. Duplicates of a port, and so a forked child's descriptors,
    /// share it. It is dropped when the last of them is closed.
    type Open: Send + Sync + 'static;

    /// The program's name, in messages and in the log.
    const NAME: &'static CStr;

    /// The version that `--version` and `io_server_version` tell.
    const VERSION: &'static CStr;

    /// One sentence on what the translator does, for `--help`. What follows a vertical tab
    /// comes after the options.
    const ABOUT: &'static CStr;

    /// Interfaces of the translator's own, which its node answers beside those of a file: see
    /// [`routines!`](crate::routines). They are asked first, so their ids must be none of the
    /// Hurd's, which lie below 42000 and above 100000.
    const INTERFACES: &'static [Interface] = &[];

    /// Whether the node can be opened for reading. If not, only [`Self::INTERFACES`] and stat(2)
    /// reach it.
    const READABLE: bool = true;

    /// Requests in work at once, at most; further ones wait in the node's queue.
    const WORKERS: usize = 128;

    /// Calls on the node as a file (an open, stat(2), fsync(2)) that ask the file system below at
    /// once, at most; further ones fail with `EAGAIN`. A quarter of them is root's, and another user
    /// has at most half of the rest. That file system may never answer, so there are to be more
    /// workers than this.
    const FILE_CALLS: usize = Self::WORKERS / 2;

    /// Makes the translator, before its parent learns that it started: a failure is what the
    /// command settrans(1) tells its user.
    ///
    /// # Errors
    /// One line for the user.
    fn start(settings: Self::Settings) -> Result<Self, String>;

    /// Somebody opens the node, for reading or only to look: ls(1), stat(1) and fsysopts(1) open
    /// it too.
    ///
    /// # Errors
    /// What open(2) fails with.
    fn open(&self, user: User<'_>, access: Access) -> Result<Self::Open>;

    /// Somebody makes another port of an open, which shares it: `io_duplicate`,
    /// `io_restrict_auth`, `io_reauthenticate`. Each costs memory, so that a translator which
    /// bounds opens should bound these. `user` is who asks. What is answered is dropped with the
    /// port. It is not called for the first such port of an open, which often takes the place of the
    /// one that the open began with.
    ///
    /// # Errors
    /// What dup(2), or open(2), fails with.
    fn another_port(&self, user: User<'_>) -> Result<Box<dyn Any + Send>> {
        let _ = user;
        Ok(Box::new(()))
    }

    /// At most `amount` bytes from `offset` on; none beyond the end. See
    /// [`Snapshot`](crate::Snapshot) for a text.
    ///
    /// # Errors
    /// What read(2) fails with; `EBADF` unless it is written.
    fn read(&self, open: &Self::Open, offset: u64, amount: usize) -> Result<Vec<u8>> {
        let _ = (open, offset, amount);
        Err(Error::EBADF)
    }

    /// Bytes that can be read: where `SEEK_END` leads.
    ///
    /// # Errors
    /// What lseek(2) fails with; `EINVAL` unless it is written.
    fn size(&self, open: &Self::Open) -> Result<u64> {
        let _ = open;
        Err(Error::EINVAL)
    }

    /// Changes what stat(2) shows.
    fn stat(&self, stat: &mut Stat) {
        let _ = stat;
    }

    /// Whether something would be lost if the translator went away, beyond what is open. As long
    /// as it says so, `settrans -g` answers `EBUSY`. It is called before and after requests
    /// are stopped, and must not block.
    fn in_use(&self) -> bool {
        false
    }

    /// The settings now, for fsysopts(1). A line of fsysopts changes a copy of them.
    fn settings(&self) -> Self::Settings {
        Self::Settings::default()
    }

    /// New settings, by fsysopts(1): those of [`Self::settings`], but for the options of the line.
    /// Only root and the user as whom the translator runs get here.
    ///
    /// # Errors
    /// What fsysopts(1) fails with; the translator then stays as it was. `EOPNOTSUPP` unless it is
    /// written.
    fn change(&self, settings: Self::Settings) -> Result<()> {
        let _ = settings;
        Err(Error::EOPNOTSUPP)
    }
}

/// The ids that a caller has proved to have (auth(7) of the Hurd's manual); the first is the
/// effective one. Either list may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// User ids.
    pub uids: &'a [u32],
    /// Group ids.
    pub gids: &'a [u32],
}

impl User<'_> {
    /// Whether user 0 is among the ids.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.uids.contains(&0)
    }

    /// The user whom what this caller takes is counted for.
    #[cfg(target_os = "hurd")]
    pub(crate) fn payer(&self) -> u32 {
        hurd_ports::user::payer(self.uids)
    }
}

/// What somebody opens the node for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Access {
    /// Reading. Without it the open is for stat(2), for options, and for routines: so
    /// [`Node::lookup`](crate::Node::lookup) opens.
    pub read: bool,
}

/// What stat(2) shows of the node, beside the owner, which is the underlying node's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// `st_mode`: a character device with the underlying node's permission bits.
    pub mode: u32,
    /// `st_size`, in bytes: 0.
    pub size: i64,
}

/// An option that a command line may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt {
    /// The name after `--`.
    pub name: &'static CStr,
    /// What `--help` calls its value; `None` for an option without one.
    pub value: Option<&'static CStr>,
    /// A phrase for `--help`.
    pub about: &'static CStr,
}

/// Options, with one parser for the command line, settrans(1) and fsysopts(1).
///
/// A line with an error in it changes nothing.
pub trait Settings: Clone + Default + Send + Sync + 'static {
    /// All of them, in the order in which they are shown.
    const OPTIONS: &'static [Opt];

    /// Takes over one option of a line. A command line begins with the `Default`.
    ///
    /// # Errors
    /// What is wrong with the value; the option's name is put before it. The user of a command
    /// line gets to see it. The protocol of fsysopts(1) has room for `EINVAL` only, so there it
    /// goes to the log.
    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String>;

    /// The options as a line that would set them.
    fn show(&self) -> Vec<String>;
}

impl Settings for () {
    const OPTIONS: &'static [Opt] = &[];

    fn set(&mut self, _: &str, _: Option<&str>) -> Result<(), String> {
        Err("there are no options".into())
    }

    fn show(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A call of a routine of the translator's own interface.
pub struct Call<'a, T: Translator> {
    /// The translator.
    pub translator: &'static T,
    /// The open that the call came through.
    pub open: &'a T::Open,
    /// Who calls.
    pub user: User<'a>,
    /// Whether the caller may change the options, too: root, and the user as whom the translator
    /// runs. A file system starts it as the node's owner.
    pub is_owner: bool,
}

impl<T: Translator> Clone for Call<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Translator> Copy for Call<'_, T> {}
