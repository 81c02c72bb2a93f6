// SPDX-License-Identifier: GPL-2.0-or-later
//! The file system.

use std::ffi::CStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use gnumach::right::SendRight;
use gnumach::sync::Mutex;
use netfs::{
    Access, Entry, Error, FileSystem, Foreign, NodeRef, Nodes, Opening, Opt, Result, Space,
    Started, Stat, User,
};

use crate::defs;
use crate::names;
use crate::server::{Link, Refusal, Server};
use crate::snapshot::{Origin, Segment};
use crate::window;

/// Where the server is unless `--server` says otherwise.
const SERVER: &str = "/servers/ipc/shm";

/// Bytes of a page.
const PAGE: u64 = 4096;

/// See the crate's text.
pub struct Files {
    server: Server,
    root: NodeRef<Node>,
    /// The files of segments that are open, by the server's life and the segment.
    open: Nodes<(u64, Origin), Node>,
    /// Who we are, and since when, for what is no segment's.
    own: Own,
    pending: AtomicU32,
}

#[derive(Clone, Copy)]
struct Own {
    uid: u32,
    gid: u32,
    since: i64,
}

/// What a name stands for.
pub enum Node {
    /// The directory of ids.
    Root,
    /// The directory of keys.
    ByKey,
    /// A key's link to the file of this id.
    Link { key: i32, id: i32 },
    /// A segment's file.
    File(File),
}

/// A segment's file, or one that will be.
pub struct File {
    state: Mutex<State>,
    /// What opens were granted. The memory is the same for all, as long as the segment lives: an
    /// open is checked by the server, and after that one right serves for all that were granted
    /// the same.
    granted: Mutex<Granted>,
    /// Opens with `O_TRUNC` whose libc has not yet set the size to 0.
    truncating: AtomicU32,
}

#[derive(Clone, Copy)]
enum State {
    /// Created by an open, with a key and a mode, and no segment before it has a size.
    Pending { key: i32, mode: u32, inode: u64 },
    /// Of that life of the server.
    Segment { generation: u64, origin: Origin },
}

#[derive(Default)]
struct Granted {
    read: Option<Arc<SendRight>>,
    write: Option<Arc<SendRight>>,
}

/// What a name is found to stand for.
enum Named {
    /// Below the root: a segment.
    Segment(Origin),
    /// A key: the id of its segment.
    Key(i32),
}

impl File {
    fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            granted: Mutex::default(),
            truncating: AtomicU32::new(0),
        }
    }

    fn state(&self) -> State {
        *self.state.lock()
    }

    /// An open was granted.
    fn opened(&self, how: Opening) {
        if how.truncate && how.access.write {
            self.truncating.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A right to read by.
    fn readable(&self) -> Result<Arc<SendRight>> {
        let granted = self.granted.lock();
        let any = granted.read.as_ref().or(granted.write.as_ref());
        any.cloned().ok_or(Error::EACCES)
    }

    fn writable(&self) -> Result<Arc<SendRight>> {
        self.granted.lock().write.clone().ok_or(Error::EACCES)
    }
}

/// A segment that is no more is an input or output error of its file, and no file of its name.
fn gone(error: Error) -> Error {
    if error == Error::EINVAL {
        Error::EIO
    } else {
        error
    }
}

fn absent(error: Error) -> Error {
    if error == Error::EINVAL {
        Error::ENOENT
    } else {
        error
    }
}

impl Files {
    fn directory(&self, inode: u64) -> Stat {
        Stat {
            inode,
            mode: libc::S_IFDIR | 0o755,
            links: 2,
            ..self.own_stat()
        }
    }

    fn own_stat(&self) -> Stat {
        let Own { uid, gid, since } = self.own;
        Stat {
            links: 1,
            uid,
            gid,
            accessed: since,
            modified: since,
            changed: since,
            block: PAGE as u32,
            ..Stat::default()
        }
    }

    /// The connection of a file's segment, and its id.
    fn segment(&self, generation: u64, origin: Origin) -> Result<(Arc<Link>, Segment)> {
        let link = self.server.of(generation)?;
        let segment = link.table.find(&link, origin.id).map_err(gone)?;
        // Another segment may have the id by now.
        if segment.origin() == origin {
            Ok((link, segment))
        } else {
            Err(Error::EIO)
        }
    }

    /// The file of a segment.
    fn file(&self, link: &Link, origin: Origin) -> Result<NodeRef<Node>> {
        let generation = link.generation();
        self.open.find((generation, origin), || {
            Node::File(File::new(State::Segment { generation, origin }))
        })
    }

    /// What a name in a directory stands for, and the connection.
    fn named(&self, directory: &Node, name: &str) -> Result<(Arc<Link>, Named)> {
        self.server.with(|link| {
            let found = match directory {
                Node::Root => {
                    let id = names::id(name).ok_or(Error::ENOENT)?;
                    Named::Segment(link.table.find(link, id).map_err(absent)?.origin())
                }
                Node::ByKey => {
                    let key = names::key(name).ok_or(Error::ENOENT)?;
                    Named::Key(link.table.find_key(link, key)?)
                }
                Node::Link { .. } | Node::File(_) => return Err(Error::ENOTDIR),
            };
            Ok((link.clone(), found))
        })
    }

    fn parse(options: &[(String, String)]) -> Result<Option<String>> {
        let mut server = None;
        for (name, value) in options {
            match name.as_str() {
                "server" if !value.is_empty() => server = Some(value.clone()),
                _ => return Err(Error::EINVAL),
            }
        }
        Ok(server)
    }
}

impl FileSystem for Files {
    type Node = Node;

    const NAME: &'static CStr = c"shmfs";
    const VERSION: &'static CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    const ABOUT: &'static CStr = c"Show System V shared memory segments as files: each by its id, and in by-key a link for each key.\x0bWhat a user may do with a file is what the server lets that user do with the segment. Creating a file in by-key and giving it a size creates a segment, removing a file removes one.";
    const OPTIONS: &'static [Opt] = &[Opt {
        name: c"server",
        value: c"NODE",
        about: c"Node of the shm translator, /servers/ipc/shm unless given",
    }];

    fn start(options: &[(String, String)]) -> Started<Self> {
        let node = Self::parse(options)
            .map_err(|_| "--server: not a node".to_owned())?
            .unwrap_or_else(|| SERVER.to_owned());
        let server = Server::new(node.clone());
        server.connect().map_err(|refusal| match refusal {
            Refusal::Away(error) => format!("{node}: {error}"),
            Refusal::NoServer => format!("{node}: no System V shared memory server is there"),
            Refusal::Old(version) => format!(
                "{node}: the server speaks version {version} of the protocol, and files need version 2"
            ),
        })?;
        let root = NodeRef::new(Node::Root).map_err(|error| error.to_string())?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        // SAFETY: these take nothing and cannot fail.
        let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
        let files = Self {
            server,
            root: root.clone(),
            open: Nodes::default(),
            own: Own {
                uid,
                gid,
                since: since.map_or(0, |since| since.as_secs() as i64),
            },
            pending: AtomicU32::new(0),
        };
        Ok((files, root))
    }

    fn set_options(&self, options: &[(String, String)]) -> Result<()> {
        match Self::parse(options)? {
            None => Ok(()),
            Some(node) => self.server.change(node).map_err(|refusal| match refusal {
                Refusal::Away(error) => error,
                Refusal::NoServer | Refusal::Old(_) => Error::EINVAL,
            }),
        }
    }

    fn options(&self) -> Vec<String> {
        vec![format!("--server={}", self.server.node())]
    }

    fn stat(&self, node: &Node) -> Result<Stat> {
        match node {
            Node::Root => Ok(self.directory(names::ROOT_INODE)),
            Node::ByKey => Ok(self.directory(names::BY_KEY_INODE)),
            Node::Link { key, id } => Ok(Stat {
                inode: names::link_inode(*key),
                mode: libc::S_IFLNK | 0o777,
                size: names::target(*id).len() as u64,
                ..self.own_stat()
            }),
            Node::File(file) => match file.state() {
                State::Pending { mode, inode, .. } => Ok(Stat {
                    inode,
                    mode: libc::S_IFREG | mode,
                    ..self.own_stat()
                }),
                State::Segment { generation, origin } => {
                    self.segment(generation, origin).map(|(_, it)| it.stat())
                }
            },
        }
    }

    fn lookup(&self, _user: User<'_>, directory: &Node, name: &str) -> Result<NodeRef<Node>> {
        match (directory, name) {
            (Node::Root, names::BY_KEY) => NodeRef::new(Node::ByKey),
            (Node::ByKey, "..") => Ok(self.root.clone()),
            _ => {
                let (link, found) = self.named(directory, name)?;
                match (names::key(name), found) {
                    (Some(key), Named::Key(id)) => NodeRef::new(Node::Link { key, id }),
                    (_, Named::Segment(origin)) => self.file(&link, origin),
                    (None, Named::Key(_)) => Err(Error::ENOENT),
                }
            }
        }
    }

    fn create(
        &self,
        _user: User<'_>,
        directory: &Node,
        name: &str,
        mode: u32,
    ) -> Result<NodeRef<Node>> {
        match directory {
            Node::ByKey => {
                // Other names are no keys.
                let key = names::key(name).ok_or(Error::EINVAL)?;
                let inode = names::pending_inode(self.pending.fetch_add(1, Ordering::Relaxed));
                let state = State::Pending { key, mode, inode };
                NodeRef::new(Node::File(File::new(state)))
            }
            // The server chooses ids.
            Node::Root => Err(Error::EPERM),
            Node::Link { .. } | Node::File(_) => Err(Error::ENOTDIR),
        }
    }

    fn unlink(&self, user: User<'_>, directory: &Node, name: &str) -> Result<()> {
        if matches!(directory, Node::Root) && name == names::BY_KEY {
            return Err(Error::EPERM);
        }
        let (link, found) = self.named(directory, name)?;
        let id = match found {
            Named::Segment(origin) => origin.id,
            Named::Key(id) => id,
        };
        link.remove(user, id).map_err(absent)
    }

    fn readlink(&self, node: &Node) -> Result<String> {
        match node {
            Node::Link { id, .. } => Ok(names::target(*id)),
            _ => Err(Error::EINVAL),
        }
    }

    fn entries(
        &self,
        directory: &Node,
        first: usize,
    ) -> Result<Box<dyn Iterator<Item = Option<Entry>> + '_>> {
        let all = || self.server.with(|link| link.table.all(link));
        match directory {
            Node::Root => Ok(Box::new(all()?.root(first))),
            Node::ByKey => Ok(Box::new(all()?.by_key(first))),
            Node::Link { .. } | Node::File(_) => Err(Error::ENOTDIR),
        }
    }

    fn open(&self, user: User<'_>, node: &Node, how: Opening) -> Result<()> {
        let Opening { access, new, .. } = how;
        let file = match node {
            Node::Root | Node::ByKey if access.write => return Err(Error::EISDIR),
            Node::Root | Node::ByKey => return Ok(()),
            Node::Link { .. } if access.write || access.execute => return Err(Error::EACCES),
            Node::Link { .. } => return Ok(()),
            Node::File(file) => file,
        };
        if access.execute {
            // A segment is no program, even with SHM_EXEC.
            return Err(Error::EACCES);
        }
        let State::Segment { generation, origin } = file.state() else {
            return if new { Ok(()) } else { Err(Error::EACCES) };
        };
        if !access.read && !access.write {
            return Ok(());
        }
        let (link, _) = self.segment(generation, origin)?;
        let id = origin.id;
        // shmat(2) knows no write-only: to write takes the permission to read, too.
        let granted = {
            let granted = file.granted.lock();
            let right = if access.write {
                &granted.write
            } else {
                &granted.read
            };
            right.is_some()
        };
        if granted {
            let mut wanted = defs::SYSVSHM_READ;
            if access.write {
                wanted |= defs::SYSVSHM_WRITE;
            }
            let have = link.access(user, id).map_err(gone)?;
            if have & wanted != wanted {
                return Err(Error::EACCES);
            }
            file.opened(how);
            return Ok(());
        }
        let object = Arc::new(link.object(user, id, access.write).map_err(gone)?);
        let mut granted = file.granted.lock();
        let place = if access.write {
            &mut granted.write
        } else {
            &mut granted.read
        };
        // Of two that were first, either will do.
        let before = place.replace(object);
        drop(granted);
        drop(before);
        file.opened(how);
        Ok(())
    }

    fn access(&self, user: User<'_>, node: &Node) -> Result<Access> {
        let all = Access {
            read: true,
            write: true,
            execute: true,
        };
        match node {
            // Anybody may create with shmget(2), and remove what is theirs with shmctl(2).
            Node::Root | Node::ByKey | Node::Link { .. } => Ok(all),
            Node::File(file) => match file.state() {
                State::Pending { .. } => Ok(Access {
                    execute: false,
                    ..all
                }),
                State::Segment { generation, origin } => {
                    let (link, _) = self.segment(generation, origin)?;
                    let have = link.access(user, origin.id).map_err(gone)?;
                    let both = defs::SYSVSHM_READ | defs::SYSVSHM_WRITE;
                    Ok(Access {
                        read: have & defs::SYSVSHM_READ != 0,
                        write: have & both == both,
                        execute: false,
                    })
                }
            },
        }
    }

    fn size(&self, node: &Node) -> Result<u64> {
        match node {
            Node::Root | Node::ByKey => Err(Error::EISDIR),
            Node::Link { id, .. } => Ok(names::target(*id).len() as u64),
            Node::File(file) => match file.state() {
                State::Pending { .. } => Ok(0),
                State::Segment { generation, origin } => {
                    self.segment(generation, origin).map(|(_, it)| it.size)
                }
            },
        }
    }

    fn read(&self, node: &Node, offset: u64, data: &mut [u8]) -> Result<()> {
        match node {
            Node::Root | Node::ByKey => Err(Error::EISDIR),
            Node::Link { id, .. } => {
                let target = names::target(*id);
                let start = usize::try_from(offset).map_err(|_| Error::EINVAL)?;
                let part = target.as_bytes().get(start..).unwrap_or_default();
                let part = part.get(..data.len()).ok_or(Error::EINVAL)?;
                data.copy_from_slice(part);
                Ok(())
            }
            Node::File(_) if data.is_empty() => Ok(()),
            Node::File(file) => window::read(&*file.readable()?, offset, data),
        }
    }

    fn write(&self, node: &Node, offset: u64, data: Foreign<'_>) -> Result<()> {
        match node {
            Node::File(file) => window::write(&*file.writable()?, offset, data),
            _ => Err(Error::EISDIR),
        }
    }

    fn set_size(&self, user: User<'_>, node: &Node, size: u64) -> Result<()> {
        let Node::File(file) = node else {
            return Err(Error::EISDIR);
        };
        let (key, mode) = match file.state() {
            State::Segment { generation, origin } => {
                let (_, segment) = self.segment(generation, origin)?;
                // A segment has one size for life, and O_TRUNC changes nothing.
                let less = |count: u32| count.checked_sub(1);
                let opening = || {
                    let count = &file.truncating;
                    count
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
                        .is_ok()
                };
                return if segment.size == size || (size == 0 && opening()) {
                    Ok(())
                } else {
                    Err(Error::EINVAL)
                };
            }
            // So far it has this size.
            State::Pending { .. } if size == 0 => return Ok(()),
            State::Pending { key, mode, .. } => (key, mode),
        };
        let link = self.server.connect().map_err(|_| Error::ENXIO)?;
        let id = link.create(user, key, size, mode)?;
        // The creator's open may write, unless the mode denies it as it does for shmat(2).
        let object = link.object(user, id, true).ok().map(Arc::new);
        // It may be removed already.
        let origin = link.table.find(&link, id).map_err(gone)?.origin();
        file.granted.lock().write = object;
        *file.state.lock() = State::Segment {
            generation: link.generation(),
            origin,
        };
        Ok(())
    }

    fn map(&self, node: &Node, write: bool) -> Result<SendRight> {
        let Node::File(file) = node else {
            return Err(Error::EOPNOTSUPP);
        };
        // Nobody behind a memory object is worse than no memory object.
        let State::Segment { generation, origin } = file.state() else {
            return Err(Error::EOPNOTSUPP);
        };
        self.segment(generation, origin)?;
        let right = if write {
            file.writable()?
        } else {
            // Exactly what was granted: not the one that may write.
            file.granted.lock().read.clone().ok_or(Error::EACCES)?
        };
        right.try_clone().map_err(|_| Error::EIO)
    }

    fn chmod(&self, user: User<'_>, node: &Node, mode: u32) -> Result<()> {
        let Node::File(file) = node else {
            return Err(Error::EPERM);
        };
        let mut state = file.state.lock();
        match &mut *state {
            State::Pending { mode: old, .. } => {
                *old = mode & 0o777;
                Ok(())
            }
            State::Segment { generation, origin } => {
                let (generation, origin) = (*generation, *origin);
                drop(state);
                let (link, segment) = self.segment(generation, origin)?;
                link.set(user, origin.id, segment.uid, segment.gid, mode & 0o777)
                    .map_err(gone)
            }
        }
    }

    fn chown(&self, user: User<'_>, node: &Node, uid: Option<u32>, gid: Option<u32>) -> Result<()> {
        let Node::File(file) = node else {
            return Err(Error::EPERM);
        };
        let State::Segment { generation, origin } = file.state() else {
            return Err(Error::EPERM);
        };
        let (link, segment) = self.segment(generation, origin)?;
        link.set(
            user,
            origin.id,
            uid.unwrap_or(segment.uid),
            gid.unwrap_or(segment.gid),
            segment.mode & 0o777,
        )
        .map_err(gone)
    }

    fn space(&self) -> Result<Space> {
        let info = self.server.with(|link| link.info())?;
        // No limit in practice: bytes have 63 bits, and programs count in these.
        let blocks = info.shmall.min(i64::MAX.unsigned_abs() / PAGE);
        Ok(Space {
            block: PAGE,
            blocks,
            free: blocks.saturating_sub(info.shm_tot),
            files: info.shmmni,
            files_free: info.shmmni.saturating_sub(info.used_ids),
        })
    }

    fn unused(&self, node: &Node) {
        if let Node::File(file) = node
            && let State::Segment { generation, origin } = file.state()
        {
            self.open.forget(&(generation, origin), node);
        }
    }
}
