// SPDX-License-Identifier: GPL-2.0-or-later
//! The connection to the server, which may go away and come back.

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gnumach::right::{NULL, Name, SendRight, valid};
use gnumach::sync::Mutex;
use gnumach::{sys as mach, trap};
use hurd_sys as sys;
use netfs::{Error, Result, User};

use crate::defs;
use crate::snapshot::Segment;
use crate::table::Table;

/// The version of the protocol since which there are memory objects to be had.
const VERSION: u32 = 2;

/// Users whose ports are kept. More take a call each time.
const USERS: usize = 64;

/// The server of a node, or what was last known of it.
pub struct Server {
    node: Mutex<String>,
    link: Mutex<Option<Arc<Link>>>,
}

/// A connection to one life of the server. When that ends its ids mean nothing any more.
pub struct Link {
    generation: u64,
    port: SendRight,
    dead: AtomicBool,
    users: Mutex<Vec<Known>>,
    pub table: Table,
}

/// A user's port.
struct Known {
    uids: Box<[u32]>,
    gids: Box<[u32]>,
    port: Arc<SendRight>,
}

/// Why there is no connection.
pub enum Refusal {
    /// The node cannot be opened.
    Away(Error),
    /// The node is no server's.
    NoServer,
    /// The server speaks this version of the protocol.
    Old(u32),
}

impl Server {
    /// The server of a node, not yet asked.
    pub fn new(node: String) -> Self {
        Self {
            node: Mutex::new(node),
            link: Mutex::default(),
        }
    }

    /// The node.
    pub fn node(&self) -> String {
        self.node.lock().clone()
    }

    /// From now on another node's server, if it is one. The files of the old one are gone.
    ///
    /// # Errors
    /// Why there is none; nothing has changed then.
    pub fn change(&self, node: String) -> core::result::Result<(), Refusal> {
        let link = Link::open(&node)?;
        *self.node.lock() = node;
        *self.link.lock() = Some(Arc::new(link));
        Ok(())
    }

    /// The connection, made now if there is none.
    ///
    /// # Errors
    /// Why there is none.
    pub fn connect(&self) -> core::result::Result<Arc<Link>, Refusal> {
        let node = self.node();
        let mut link = self.link.lock();
        if let Some(link) = &*link
            && !link.dead()
        {
            return Ok(link.clone());
        }
        // Opening the node starts a passive translator.
        let new = Arc::new(Link::open(&node)?);
        *link = Some(new.clone());
        Ok(new)
    }

    /// Does `body` with the connection. If the server turns out to be gone, once more with a new
    /// one.
    ///
    /// # Errors
    /// `ENXIO`: there is no server; those of `body`.
    pub fn with<R>(&self, body: impl Fn(&Arc<Link>) -> Result<R>) -> Result<R> {
        for _ in 0..2 {
            let link = self.connect().map_err(|_| Error::ENXIO)?;
            match body(&link) {
                Err(_) if link.dead() => {}
                answer => return answer,
            }
        }
        Err(Error::ENXIO)
    }

    /// The connection of that life of the server, if it lasts.
    ///
    /// # Errors
    /// `EIO`: it is over.
    pub fn of(&self, generation: u64) -> Result<Arc<Link>> {
        let link = self.link.lock();
        match &*link {
            Some(link) if link.generation == generation && !link.dead() => Ok(link.clone()),
            _ => Err(Error::EIO),
        }
    }
}

impl Link {
    fn open(node: &str) -> core::result::Result<Self, Refusal> {
        let path = CString::new(node).map_err(|_| Refusal::Away(Error::EINVAL))?;
        // SAFETY: a string; the reference is ours.
        let port = unsafe { sys::file_name_lookup(path.as_ptr(), 0, 0) };
        if !valid(port) {
            let code = std::io::Error::last_os_error().raw_os_error();
            return Err(Refusal::Away(Error::from_code(code.unwrap_or(0))));
        }
        // SAFETY: as above.
        let port = unsafe { SendRight::from_raw(port) };
        let mut version = 0;
        // SAFETY: a valid out-pointer.
        let code = unsafe { defs::sysvshm_version(port.name(), &mut version) };
        match code {
            0 if version >= VERSION => {}
            0 => return Err(Refusal::Old(version)),
            // What a node without a server answers.
            mach::MIG_BAD_ID => return Err(Refusal::NoServer),
            code => return Err(Refusal::Away(Error::from_code(code))),
        }
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Ok(Self {
            generation: NEXT.fetch_add(1, Ordering::Relaxed),
            port,
            dead: AtomicBool::new(false),
            users: Mutex::default(),
            table: Table::new().map_err(Refusal::Away)?,
        })
    }

    /// Tells one life of the server from others.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether the server is known to be gone.
    pub fn dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// What a call answered. That the server is gone is noted.
    ///
    /// # Errors
    /// The server's errno; `EIO` for everything else.
    fn told(&self, code: mach::kern_return_t) -> Result<()> {
        if code == 0 {
            return Ok(());
        }
        let gone = [mach::MACH_SEND_INVALID_DEST, mach::MIG_SERVER_DIED];
        if gone.contains(&code) {
            self.dead.store(true, Ordering::Relaxed);
        }
        // An errno of the Hurd has these bits.
        if code & 0x7fff_c000 == 0x4000_0000 {
            Err(Error::from_code(code))
        } else {
            Err(Error::EIO)
        }
    }

    /// The right on which the server knows this user: `io_restrict_auth` on our own port. If we are root,
    /// it has exactly the ids of the user, and otherwise those that we have too.
    ///
    /// # Errors
    /// `EIO` and the like: the server does not give it.
    pub fn user(&self, user: User<'_>) -> Result<Arc<SendRight>> {
        let is = |known: &Known| *known.uids == *user.uids && *known.gids == *user.gids;
        {
            let mut users = self.users.lock();
            if let Some(place) = users.iter().position(is) {
                let known = users.remove(place);
                let port = known.port.clone();
                users.push(known);
                return Ok(port);
            }
        }
        let mut port = NULL;
        // SAFETY: the stub copies the arrays; a valid out-pointer.
        self.told(unsafe {
            sys::io_restrict_auth(
                self.port.name(),
                &mut port,
                user.uids.as_ptr(),
                user.uids.len() as _,
                user.gids.as_ptr(),
                user.gids.len() as _,
            )
        })?;
        // SAFETY: the reply carried this right.
        let port = Arc::new(unsafe { SendRight::from_raw(port) });
        let mut users = self.users.lock();
        if users.len() >= USERS {
            // The one that was not asked for longest.
            users.remove(0);
        }
        users.push(Known {
            uids: user.uids.into(),
            gids: user.gids.into(),
            port: port.clone(),
        });
        Ok(port)
    }

    /// `sysvshm_access`: bits of `SYSVSHM_READ` and so on.
    ///
    /// # Errors
    /// `EINVAL`: no such segment, here and below.
    pub fn access(&self, user: User<'_>, id: i32) -> Result<u32> {
        let (port, mut access) = (self.user(user)?, 0);
        // SAFETY: a valid out-pointer.
        self.told(unsafe { defs::sysvshm_access(port.name(), id, &mut access) })?;
        Ok(access)
    }

    /// `sysvshm_object`.
    ///
    /// # Errors
    /// `EACCES`: the mode denies it.
    pub fn object(&self, user: User<'_>, id: i32, write: bool) -> Result<SendRight> {
        let port = self.user(user)?;
        let (mut object, mut size) = (NULL, 0);
        let mut access = defs::SYSVSHM_READ;
        if write {
            access |= defs::SYSVSHM_WRITE;
        }
        // SAFETY: valid out-pointers.
        self.told(unsafe {
            defs::sysvshm_object(port.name(), id, access, &mut object, &mut size)
        })?;
        // SAFETY: the reply carried this right.
        Ok(unsafe { SendRight::from_raw(object) })
    }

    /// shmget(2), `IPC_CREAT | IPC_EXCL`.
    ///
    /// # Errors
    /// Those of shmget(2).
    pub fn create(&self, user: User<'_>, key: i32, size: u64, mode: u32) -> Result<i32> {
        let (port, mut id) = (self.user(user)?, 0);
        let flags = defs::SYSVSHM_CREATE | defs::SYSVSHM_EXCLUSIVE | mode;
        // SAFETY: a valid out-pointer.
        self.told(unsafe {
            defs::sysvshm_get(
                port.name(),
                trap::mach_task_self(),
                key,
                size,
                flags,
                &mut id,
            )
        })?;
        Ok(id)
    }

    /// shmctl(2), `IPC_SET`.
    ///
    /// # Errors
    /// `EPERM`: neither owner, creator nor root, here and below.
    pub fn set(&self, user: User<'_>, id: i32, uid: u32, gid: u32, mode: u32) -> Result<()> {
        let port = self.user(user)?;
        // SAFETY: no memory is involved.
        self.told(unsafe { defs::sysvshm_set(port.name(), id, uid, gid, mode) })
    }

    /// shmctl(2), `IPC_RMID`.
    ///
    /// # Errors
    /// `EPERM`.
    pub fn remove(&self, user: User<'_>, id: i32) -> Result<()> {
        let port = self.user(user)?;
        // SAFETY: no memory is involved.
        self.told(unsafe { defs::sysvshm_remove(port.name(), id) })
    }

    /// `IPC_INFO` and `SHM_INFO`.
    ///
    /// # Errors
    /// `EIO`.
    pub fn info(&self) -> Result<defs::sysvshm_info_t> {
        let mut info = defs::sysvshm_info_t::default();
        // SAFETY: a valid out-pointer.
        self.told(unsafe { defs::sysvshm_info(self.port.name(), &mut info) })?;
        Ok(info)
    }

    /// `SHM_STAT_ANY`: whichever segment has the slot.
    ///
    /// # Errors
    /// `EINVAL`: none has.
    pub fn at_slot(&self, slot: i32) -> Result<Segment> {
        let mut ds = defs::sysvshm_ds_t::default();
        let how = defs::SYSVSHM_BY_INDEX_ANY;
        // SAFETY: a valid out-pointer.
        self.told(unsafe { defs::sysvshm_stat(self.port.name(), slot, how, &mut ds) })?;
        Ok(segment(&ds))
    }

    /// shmget(2) of an existing segment, with no permission demanded, which anybody may.
    ///
    /// # Errors
    /// `ENOENT`: there is none.
    pub fn of_key(&self, key: i32) -> Result<i32> {
        let mut id = 0;
        // SAFETY: a valid out-pointer.
        self.told(unsafe {
            defs::sysvshm_get(self.port.name(), trap::mach_task_self(), key, 0, 0, &mut id)
        })?;
        Ok(id)
    }

    /// The whole table.
    ///
    /// # Errors
    /// `EIO`.
    pub fn list(&self) -> Result<Vec<Segment>> {
        let mut table = std::ptr::null_mut();
        let mut count = 0;
        // SAFETY: valid out-pointers; with no room of ours the answer comes in pages.
        self.told(unsafe { defs::sysvshm_list(self.port.name(), &mut table, &mut count) })?;
        if count == 0 {
            return Ok(Vec::new());
        }
        // SAFETY: the stub points `table` to pages with `count` structures, which are ours.
        unsafe {
            let list = std::slice::from_raw_parts(table, count as usize);
            let segments = list.iter().map(segment).collect();
            let (address, size) = (table.addr(), size_of_val(list));
            trap::vm_deallocate(trap::mach_task_self(), address as _, size as _);
            Ok(segments)
        }
    }

    /// `sysvshm_watch` with a send-once right to `port`.
    ///
    /// # Errors
    /// `ENOSPC`: too many are watching.
    pub fn watch(&self, port: Name) -> Result<()> {
        // SAFETY: the stub makes the right of our own port.
        self.told(unsafe { defs::sysvshm_watch(self.port.name(), port) })
    }
}

fn segment(ds: &defs::sysvshm_ds_t) -> Segment {
    Segment {
        id: ds.id,
        key: ds.key,
        uid: ds.uid,
        gid: ds.gid,
        cuid: ds.cuid,
        cgid: ds.cgid,
        cpid: ds.cpid,
        mode: ds.mode,
        size: ds.segsz,
        atime: ds.atime,
        dtime: ds.dtime,
        ctime: ds.ctime,
        used: ds.rss.saturating_add(ds.swap),
    }
}
