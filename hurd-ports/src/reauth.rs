// SPDX-License-Identifier: GPL-2.0-or-later
//! `io_reauthenticate`, for which no thread waits.
//!
//! A client that wants an open under its present ids sends `io_reauthenticate` with a port of its
//! choice as rendezvous, and calls the auth server with the same (`hurd/io.defs`,
//! `hurd/auth.defs`). The server has to call the auth server too, which answers once both are
//! there. A client that never calls lets the server wait for as long as the rendezvous lives, and
//! for ever where that is a port of the kernel's. libtrivfs and libnetfs let the thread that took
//! the request wait, so a few hundred such requests stop a server.
//!
//! Here the request to the auth server is sent, and its answer is a message like others. The
//! program's first thread takes these ([`run`]), and no thread ever waits for one:
//!
//! | what | bound |
//! |---|---|
//! | requests that the auth server has not answered | [`PENDING`]; then the user who has most loses the oldest |
//! | the time that one is waited for | [`TIME`] |
//!
//! | requests with the same rendezvous | 1; another is refused |
//!
//! The auth server has a thread wait for each request too. Each has a port of its own to the auth
//! server, with no ids, and when we give a request up that port goes, which ends the wait there.
//! Two requests with one rendezvous would make the auth server lose one of its records, and write
//! to it later.
//!
//! # Locks
//! That of a user for whom a port is made, under which the auth server is called; those of the
//! table, of the idle ports and of these users, under which nothing else is taken and nobody is
//! called.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use gnumach::header;
use gnumach::message;
use gnumach::right::{Name, PortSet, ReceiveRight, SendRight, valid};
use gnumach::sync::Mutex;
use gnumach::sys as mach;
use gnumach::trap;
use hurd_sys as sys;

use crate::guard::guard;
use crate::priority;
use crate::serve::install;
use crate::waiting::Waiting;
use crate::{Error, Result};

/// The message id of `io_reauthenticate` (`hurd/io.defs`: the subsystem begins at 21000).
pub const REQUEST: i32 = 21_014;

/// Requests that the auth server has not answered, at most.
pub const PENDING: usize = 256;

/// How long an answer of the auth server's is waited for. Nothing but memory is kept meanwhile, and
/// a client on a busy machine may take long between its two calls.
pub const TIME: Duration = Duration::from_secs(30);

/// Milliseconds that the auth server's queue may be full.
const SEND_TIME: u32 = 2_000;

/// How often a call may be interrupted, which the client can do to its own.
const TRIES: u32 = 4;

/// Ports to the auth server that are kept for the next requests.
const IDLE: usize = 4;

/// auth_server_authenticate of auth.defs.
const AUTHENTICATE: i32 = 25_003;

/// Bytes of an answer at most: four lists of ids with at most 2048 bytes in the message each.
const ANSWER: usize = 16 << 10;

/// Gives the open behind `port` these ids, the effective ones of the client.
///
/// # Safety
/// `port` is what [`begin`] was called with. Nobody else uses it meanwhile.
pub type Admit =
    unsafe fn(port: *mut sys::port_info, uids: &[sys::uid_t], gids: &[sys::uid_t]) -> Result<()>;

/// A user with these ids, for the end of a reauthentication. The caller frees it
/// (`iohelp_free_iouser`), or gives it to an open.
///
/// # Errors
/// `EINVAL`: more ids than C counts; `ENOMEM`.
pub fn user(uids: &[u32], gids: &[u32]) -> Result<*mut sys::iouser> {
    let count = |ids: &[u32]| c_int::try_from(ids.len()).map_err(|_| Error::EINVAL);
    let (uid_count, gid_count) = (count(uids)?, count(gids)?);
    let mut user = ptr::null_mut();
    // SAFETY: the arrays have these lengths, and the out-pointer is valid.
    Error::check(unsafe {
        sys::iohelp_create_complex_iouser(
            &mut user,
            uids.as_ptr(),
            uid_count,
            gids.as_ptr(),
            gid_count,
        )
    })?;
    Ok(user)
}

/// An open that is made for a client, and in no set yet: nobody receives on it.
struct Candidate {
    /// With a reference, which is this value's.
    port: *mut sys::port_info,
    admit: Admit,
}

// SAFETY: nobody else uses the port until it is admitted.
unsafe impl Send for Candidate {}

impl Candidate {
    /// A right for the auth server.
    fn right(&self) -> Result<SendRight> {
        // SAFETY: a port of libports's with a reference. The answer is a reference of ours.
        let right = unsafe { SendRight::from_raw(sys::ports_get_send_right(self.port.cast())) };
        if valid(right.name()) {
            Ok(right)
        } else {
            Err(Error::ENOMEM)
        }
    }

    /// Gives the open its ids, and lets it be used.
    fn admit(self, uids: &[sys::uid_t], gids: &[sys::uid_t]) {
        // SAFETY: see the contract of `begin`.
        if guard(|| unsafe { (self.admit)(self.port, uids, gids) }) != 0 {
            return;
        }
        // SAFETY: `begin`'s port, complete now, with the reference, which ends here.
        unsafe { install(self.port) };
        std::mem::forget(self);
    }
}

impl Drop for Candidate {
    /// The port dies, so whoever gets a right to it learns at once that nobody answers.
    fn drop(&mut self) {
        // SAFETY: a port of libports's with a reference, which ends here.
        unsafe {
            sys::ports_destroy_right(self.port.cast());
            sys::ports_port_deref(self.port.cast());
        }
    }
}

/// The rights of a request. The thread that sends the request shares them with the table, which
/// another thread may make give the request up meanwhile: their names stay theirs until it is sent.
struct Rights {
    /// What is received from it says the request's number, which no other request has or gets.
    reply: ReceiveRight,
    rendezvous: SendRight,
    /// To the auth server; nobody else's calls are interrupted with those through it.
    auth: Arc<SendRight>,
}

/// A request that the auth server has not answered.
struct Pending {
    number: usize,
    rights: Arc<Rights>,
    candidate: Candidate,
    /// The user whose open the request came through.
    user: u32,
    tries: u32,
}

struct Shared {
    /// Where answers come.
    set: PortSet,
    /// In the set too: a message here makes the thread look at the deadlines.
    wake: ReceiveRight,
    /// To the auth server, to make others from.
    auth: SendRight,
    /// Ports to the auth server through which no request is under way.
    idle: Mutex<Vec<Arc<SendRight>>>,
    /// Users for whom a new port is asked for, one at a time for each: the auth server's queue has
    /// room for five requests, and a thread that waits for room in it is overtaken by those that
    /// come later. With more of one user's, that took from others for as long as the flood lasted.
    making: Mutex<BTreeMap<u32, Arc<Mutex<()>>>>,
    waiting: Mutex<Waiting<Pending>>,
    /// The number of the next request.
    next: AtomicUsize,
}

static SHARED: OnceLock<Shared> = OnceLock::new();

/// Gets ready, before the first request is taken.
///
/// # Errors
/// The auth server or the kernel refuses.
pub fn prepare() -> Result<()> {
    // SAFETY: the reference is ours.
    let own = unsafe { SendRight::from_raw(sys::getauth()) };
    let auth = nobodys_auth(&own)?;
    let made = || {
        let set = PortSet::allocate()?;
        let wake = ReceiveRight::allocate()?;
        wake.move_to(&set)?;
        Ok(Shared {
            set,
            wake,
            auth,
            idle: Mutex::new(Vec::new()),
            making: Mutex::default(),
            waiting: Mutex::new(Waiting::new(PENDING, TIME)),
            next: AtomicUsize::new(1),
        })
    };
    let shared = made().map_err(|_: gnumach::error::Kern| Error::ENOMEM)?;
    let _ = SHARED.set(shared);
    Ok(())
}

/// A new port to the auth server with no ids. A server needs none to ask for a client's.
fn nobodys_auth(from: &SendRight) -> Result<SendRight> {
    let none = std::ptr::null();
    let kind = mach::MACH_MSG_TYPE_COPY_SEND as _;
    let mut tries = 0;
    loop {
        let mut new = 0;
        // SAFETY: empty arrays and a valid out-pointer; the new right is ours.
        unsafe {
            let name = from.name();
            let error = sys::auth_makeauth(
                name, none, kind, 0, none, 0, none, 0, none, 0, none, 0, &mut new,
            );
            if error == 0 {
                return Ok(SendRight::from_raw(new));
            }
            tries += 1;
            if error != Error::EINTR.code() || tries == TRIES {
                return Err(Error::from_code(error));
            }
        }
    }
}

impl Shared {
    /// A port to the auth server through which nothing is under way.
    fn take_idle(&self, user: u32) -> Result<Arc<SendRight>> {
        let idle = self.idle.lock().pop();
        idle.map_or_else(|| self.make(user).map(Arc::new), Ok)
    }

    /// A new port to the auth server, for a request of `user`.
    fn make(&self, user: u32) -> Result<SendRight> {
        let turns = Arc::clone(self.making.lock().entry(user).or_default());
        let turn = turns.lock();
        let new = nobodys_auth(&self.auth);
        drop(turn);
        let mut making = self.making.lock();
        // The table's and ours: no other thread of the user's is here.
        if Arc::strong_count(&turns) == 2 {
            making.remove(&user);
        }
        new
    }

    /// Whether a request with this rendezvous is under way.
    fn is_met(&self, rendezvous: Name) -> bool {
        let waiting = self.waiting.lock();
        waiting.any(|other| other.rights.rendezvous.name() == rendezvous)
    }

    /// Takes back what [`Self::take_idle`] gave.
    fn give_idle(&self, auth: Arc<SendRight>) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE {
            idle.push(auth);
        }
    }
}

/// Asks the auth server for the ids of the client behind `rendezvous`, a right of the request in
/// work, and lets [`run`] do the rest. `user` is the user whose open the request came through, who
/// has at most an equal part of what may wait.
///
/// The reference to `port` is taken over in any case; that to `rendezvous` on success.
///
/// # Errors
/// `EINVAL`: the rendezvous is no port. `EBUSY`: it is that of another request. `EIO`: the auth
/// server takes no request.
///
/// # Safety
/// `port` was made by `ports_create_port_noinstall`, with a reference of the caller's, and is
/// complete so far that its class can clean it. The request brought one reference to `rendezvous`.
pub unsafe fn begin(
    port: *mut sys::port_info,
    admit: Admit,
    user: u32,
    rendezvous: Name,
) -> Result<()> {
    let candidate = Candidate { port, admit };
    let shared = SHARED.get().ok_or(Error::EOPNOTSUPP)?;
    if !valid(rendezvous) {
        return Err(Error::EINVAL);
    }
    if shared.is_met(rendezvous) {
        return Err(Error::EBUSY);
    }
    let rights = Rights {
        reply: ReceiveRight::allocate().map_err(|_| Error::ENOMEM)?,
        rendezvous: SendRight::borrow_raw(rendezvous).map_err(|_| Error::EINVAL)?,
        auth: shared.take_idle(user)?,
    };
    let number = shared.next.fetch_add(1, Ordering::Relaxed);
    let numbered = rights.reply.set_payload(number);
    let moved = numbered.and_then(|()| rights.reply.move_to(&shared.set));
    moved.map_err(|_| Error::ENOMEM)?;
    let pending = Pending {
        number,
        rights: Arc::new(rights),
        candidate,
        user,
        tries: 1,
    };
    submit(shared, pending)?;
    // SAFETY: see the contract: success takes the right over.
    drop(unsafe { SendRight::from_raw(rendezvous) });
    Ok(())
}

/// Sends a request to the auth server, and puts it into the table first: the answer may be quick.
fn submit(shared: &Shared, pending: Pending) -> Result<()> {
    let (right, user) = (pending.candidate.right()?, pending.user);
    let (number, rights) = (pending.number, Arc::clone(&pending.rights));
    let (reply, rendezvous) = (rights.reply.name(), rights.rendezvous.name());
    let (first, gone) = {
        let mut waiting = shared.waiting.lock();
        if waiting.any(|other| other.rights.rendezvous.name() == rendezvous) {
            return Err(Error::EBUSY);
        }
        let first = waiting.is_empty();
        (first, waiting.insert(number, user, Instant::now(), pending))
    };
    drop(gone);
    if first {
        let once = mach::MACH_MSG_TYPE_MAKE_SEND_ONCE;
        // A send-once right has room, and our own port lives.
        let _ = header::send(shared.wake.name(), once, 0);
    }
    let sent = send(rights.auth.name(), rendezvous, right.name(), reply);
    if !sent {
        let unsent = shared.waiting.lock().remove(number);
        drop(unsent);
        return Err(Error::EIO);
    }
    Ok(())
}

#[repr(C)]
struct Request {
    head: mach::mach_msg_header_t,
    rendezvous_type: mach::mach_msg_type_t,
    rendezvous: u64,
    port_type: mach::mach_msg_type_t,
    port: u64,
}

/// A port in a message: a copy of a send right.
fn port_type() -> mach::mach_msg_type_t {
    let mut kind = mach::mach_msg_type_t::default();
    kind.set_msgt_name(mach::MACH_MSG_TYPE_COPY_SEND);
    kind.set_msgt_size(64);
    kind.set_msgt_inline(1);
    kind.msgt_number = 1;
    kind
}

/// auth_server_authenticate without the wait for its answer. None of the rights is used up.
fn send(auth: Name, rendezvous: Name, port: Name, reply: Name) -> bool {
    let mut request = Request {
        head: mach::mach_msg_header_t::default(),
        rendezvous_type: port_type(),
        rendezvous: rendezvous.into(),
        port_type: port_type(),
        port: port.into(),
    };
    let head = &mut request.head;
    head.msgh_bits = mach::MACH_MSGH_BITS_COMPLEX
        | mach::MACH_MSG_TYPE_COPY_SEND
        | mach::MACH_MSG_TYPE_MAKE_SEND_ONCE << 8;
    head.msgh_size = size_of::<Request>() as _;
    head.msgh_id = AUTHENTICATE;
    head.__bindgen_anon_1.msgh_remote_port = auth;
    head.__bindgen_anon_2.msgh_local_port = reply;
    let option = mach::MACH_SEND_MSG | mach::MACH_SEND_TIMEOUT;
    for _ in 0..TRIES {
        let head = (&raw mut request).cast();
        let size = size_of::<Request>() as _;
        // SAFETY: a whole message of that size.
        let code = unsafe { trap::mach_msg(head, option as _, size, 0, 0, SEND_TIME, 0) };
        // The client may interrupt its own calls; the kernel gives the message back then.
        if code != mach::MACH_SEND_INTERRUPTED {
            return code == 0;
        }
    }
    false
}

#[repr(C, align(16))]
struct Buffer([u64; ANSWER / 8]);

/// Takes the auth server's answers, and gives up what is over its time, for ever.
pub fn run() -> ! {
    let mut buffer = Box::new(Buffer([0; ANSWER / 8]));
    priority::raise();
    loop {
        let Some(shared) = SHARED.get() else {
            std::thread::park();
            continue;
        };
        let overdue = shared.waiting.lock().overdue(Instant::now());
        drop(overdue);
        let next = shared.waiting.lock().next(Instant::now());
        let head = (&raw mut *buffer).cast::<mach::mach_msg_header_t>();
        let (option, time) = match next {
            None => (mach::MACH_RCV_MSG, 0),
            Some(time) => (
                mach::MACH_RCV_MSG | mach::MACH_RCV_TIMEOUT,
                u32::try_from(time.as_millis())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1),
            ),
        };
        let (size, set) = (ANSWER as u32, shared.set.name());
        // SAFETY: the buffer has that size.
        let code = unsafe { trap::mach_msg(head, option as _, 0, size, set, time, 0) };
        if code != 0 {
            continue;
        }
        guard(|| {
            take(shared, &buffer.0);
            Ok(())
        });
        // SAFETY: a message as it was received, from which nothing was taken.
        unsafe { message::destroy(head) };
    }
}

/// Does what an answer says. What it brings stays in it.
fn take(shared: &Shared, words: &[u64; ANSWER / 8]) {
    // SAFETY: the buffer begins with the header of a received message.
    let head = unsafe { &*words.as_ptr().cast::<mach::mach_msg_header_t>() };
    let number = header::payload(head);
    let answered = number.and_then(|number| shared.waiting.lock().remove(number));
    let Some(mut pending) = answered else {
        // The one that wakes us, or the answer to a request that was given up.
        return;
    };
    let size = head.msgh_size as usize / 8;
    let body = words.get(HEADER..size).unwrap_or_default();
    if head.msgh_id != AUTHENTICATE + 100 || body.len() < 2 {
        // The auth server dropped the request.
        return;
    }
    let code = body[1] as u32 as i32;
    if code == Error::EINTR.code() && pending.tries < TRIES {
        pending.tries += 1;
        let _ = submit(shared, pending);
        return;
    }
    // Else the rendezvous died: nobody waits for the open.
    if code == 0 {
        let mut at = 2;
        // SAFETY: a whole message as the auth server sends it, which stays as it is meanwhile.
        let lists: [Option<&[u32]>; 4] = std::array::from_fn(|_| unsafe { list(body, &mut at) });
        if let [Some(uids), Some(_), Some(gids), Some(_)] = lists {
            pending.candidate.admit(uids, gids);
        }
    }
    shared.give_idle(Arc::clone(&pending.rights.auth));
}

/// Words of a header.
const HEADER: usize = size_of::<mach::mach_msg_header_t>() / 8;

/// The list of ids at the word `at` of a message's body, and moves on.
///
/// # Safety
/// The body is of a message as it was received, and stays as it is for the time of the answer.
unsafe fn list<'a>(body: &'a [u64], at: &mut usize) -> Option<&'a [u32]> {
    let first = body.get(*at)?;
    // SAFETY: any eight bytes are a descriptor.
    let kind = unsafe { std::mem::transmute::<u64, mach::mach_msg_type_t>(*first) };
    if kind.msgt_name() != mach::MACH_MSG_TYPE_INTEGER_32 || kind.msgt_size() != 32 {
        return None;
    }
    let count = kind.msgt_number as usize;
    let data = body.get(*at + 1..)?;
    let address = if kind.msgt_inline() != 0 {
        let words = data.get(..count.div_ceil(2))?;
        *at += 1 + words.len();
        words.as_ptr().cast::<u32>()
    } else {
        *at += 2;
        *data.first()? as usize as *const u32
    };
    if count == 0 || address.is_null() {
        return (count == 0).then_some(&[]);
    }
    // SAFETY: so many ids are there: in the message, or in the pages that came with it.
    Some(unsafe { std::slice::from_raw_parts(address, count) })
}
