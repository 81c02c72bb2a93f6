// SPDX-License-Identifier: GPL-2.0-or-later
//! The processes of the play: tasks of their own, which do what they are told.

use alloc::string::{String, ToString};

use bare::client::{Answer, Control, Session};
use bare_rt::message::{self, Note, WORDS};
use bare_rt::task::{self, Child, Ending};
use gnumach::error::{Kern, check};
use gnumach::right::{NULL, ReceiveRight, SendRight};
use gnumach::{sys, trap};

/// Milliseconds that any one act may take.
const SOON: u32 = 20_000;
/// Milliseconds that a process waits for its next order: longer than any boot.
const LIFE: u32 = 3_600_000;

/// Bytes of a line that is written to a segment.
const LINE: usize = 8 * (WORDS - 1);

/// What a process does; its number is the note's id.
#[derive(Clone, Copy, Debug)]
#[repr(i32)]
enum Act {
    Get = 1,
    Attach,
    Detach,
    Remove,
    Write,
    Read,
    AllowWrites,
}

/// A process as the narrator knows it.
pub struct Actor {
    /// What it is called.
    pub name: &'static str,
    /// Its effective user id.
    pub uid: u32,
    /// Its effective group id.
    pub gid: u32,
    child: Child,
    orders: SendRight,
}

impl Actor {
    /// Makes process `pid`, of user `uid` and group `gid`.
    ///
    /// # Errors
    /// No room, or the server refuses.
    pub fn new(
        control: &Control,
        name: &'static str,
        pid: i32,
        uid: u32,
        gid: u32,
    ) -> Answer<Self> {
        let door = ReceiveRight::allocate()?;
        let child = task::fork(Some(&door.make_send()?), |_| match live() {
            Ok(()) => 0,
            Err(error) => error.code(),
        })?;
        control.process(child.task().name(), pid)?;
        // It knocks with the port where it takes orders, and gets its session with the server.
        let hello = message::receive_note(&door, SOON)?;
        let session = control.session(&[uid], &[gid])?;
        let welcome = Note {
            right: Some(session.right().try_clone()?),
            ..Note::default()
        };
        let orders = given(hello.right)?;
        message::send(&given(hello.reply)?, &welcome, None)?;
        Ok(Self {
            name,
            uid,
            gid,
            child,
            orders,
        })
    }

    /// shmget(2).
    ///
    /// # Errors
    /// As that call, here and below.
    pub fn get(&self, key: i32, size: u64, flags: u32) -> Answer<i32> {
        let words = [key as u64, size, flags.into(), 0, 0, 0];
        self.act(Act::Get, words).map(|answer| answer[1] as i32)
    }

    /// shmat(2).
    pub fn attach(&self, id: i32, address: u64, flags: u32) -> Answer<u64> {
        let words = [id as u64, address, flags.into(), 0, 0, 0];
        self.act(Act::Attach, words).map(|answer| answer[1])
    }

    /// shmdt(2).
    pub fn detach(&self, address: u64) -> Answer<()> {
        self.act(Act::Detach, [address, 0, 0, 0, 0, 0]).map(drop)
    }

    /// shmctl(2), `IPC_RMID`.
    pub fn remove(&self, id: i32) -> Answer<()> {
        self.act(Act::Remove, [id as u64, 0, 0, 0, 0, 0]).map(drop)
    }

    /// Writes a line at `address` in its memory.
    pub fn write(&self, address: u64, line: &str) -> Answer<()> {
        self.act(Act::Write, pack(address, line)).map(drop)
    }

    /// Reads the line at `address` in its memory.
    pub fn read(&self, address: u64) -> Answer<String> {
        self.act(Act::Read, [address, 0, 0, 0, 0, 0])
            .map(|answer| unpack(&answer))
    }

    /// mprotect(2): asks the kernel to make `size` bytes writable.
    pub fn allow_writes(&self, address: u64, size: u64) -> Answer<()> {
        self.act(Act::AllowWrites, [address, size, 0, 0, 0, 0])
            .map(drop)
    }

    /// Writes where it may not, and answers what the kernel made of it.
    pub fn write_and_die(&self, address: u64) -> Answer<Ending> {
        let order = Note {
            id: Act::Write as i32,
            words: pack(address, "overwritten"),
            ..Note::default()
        };
        message::send(&self.orders, &order, None)?;
        self.child.wait(SOON)
    }

    /// Terminates the task, and waits until it is gone.
    pub fn kill(&self) -> Answer<Ending> {
        self.child.kill();
        self.child.wait(SOON)
    }

    fn act(&self, act: Act, words: [u64; WORDS]) -> Answer<[u64; WORDS]> {
        let order = Note {
            id: act as i32,
            words,
            ..Note::default()
        };
        let answer = message::call(&self.orders, &order, SOON)?.words;
        check(answer[0] as i32)?;
        Ok(answer)
    }
}

/// A process's life: it introduces itself, and takes orders until it is terminated.
fn live() -> Answer<()> {
    let orders = ReceiveRight::allocate()?;
    let door = given(task::bootstrap())?;
    let hello = Note {
        right: Some(orders.make_send()?),
        ..Note::default()
    };
    let welcome = message::call(&door, &hello, SOON)?;
    let session = Session::new(given(welcome.right)?);
    loop {
        let order = message::receive_note(&orders, LIFE)?;
        let mut answer = Note::default();
        match obey(&session, order.id, &order.words) {
            Ok(words) => answer.words = words,
            Err(error) => answer.words[0] = error.code() as u64,
        }
        if let Some(reply) = &order.reply {
            message::send(reply, &answer, None)?;
        }
    }
}

/// A right that has to be in a message.
fn given(right: Option<SendRight>) -> Answer<SendRight> {
    match right {
        Some(right) => Ok(right),
        None => SendRight::borrow_raw(NULL),
    }
}

fn obey(session: &Session, act: i32, words: &[u64; WORDS]) -> Answer<[u64; WORDS]> {
    let [one, two, three, ..] = *words;
    let mut answer = [0; WORDS];
    match act {
        act if act == Act::Get as i32 => {
            answer[1] = session.get(one as i32, two, three as u32)? as u64;
        }
        act if act == Act::Attach as i32 => {
            let attached = session.attach(one as i32, three as u32, two)?;
            // As in a libc: the token stays for as long as the process.
            let _ = attached.token.into_raw();
            answer[1] = attached.address;
        }
        act if act == Act::Detach as i32 => session.detach(one)?,
        act if act == Act::Remove as i32 => session.remove(one as i32)?,
        act if act == Act::Write as i32 => {
            // SAFETY: the narrator says where a segment is attached, or means the task to fail.
            unsafe { core::ptr::copy_nonoverlapping(words[1..].as_ptr(), one as *mut u64, 5) };
        }
        act if act == Act::Read as i32 => {
            // SAFETY: as above.
            unsafe { core::ptr::copy_nonoverlapping(one as *const u64, &mut answer[1], 5) };
        }
        act if act == Act::AllowWrites as i32 => {
            // SAFETY: changes the protection of an attachment that nothing here refers to.
            check(unsafe {
                sys::mig_k_vm_protect(
                    trap::mach_task_self(),
                    one as _,
                    two as _,
                    0,
                    (sys::VM_PROT_READ | sys::VM_PROT_WRITE) as _,
                )
            })?;
        }
        _ => check(sys::MIG_BAD_ID)?,
    }
    Ok(answer)
}

fn pack(address: u64, line: &str) -> [u64; WORDS] {
    let mut bytes = [0; LINE];
    let used = line.len().min(LINE);
    bytes[..used].copy_from_slice(&line.as_bytes()[..used]);
    let mut words = [address; WORDS];
    for (word, chunk) in words[1..].iter_mut().zip(bytes.chunks_exact(8)) {
        *word = u64::from_ne_bytes(chunk.try_into().unwrap_or_default());
    }
    words
}

fn unpack(words: &[u64; WORDS]) -> String {
    let bytes: [[u8; 8]; WORDS - 1] = core::array::from_fn(|n| words[n + 1].to_ne_bytes());
    let text = String::from_utf8_lossy(bytes.as_flattened());
    text.trim_end_matches('\0').to_string()
}

/// The name of a refusal, as a user would look it up.
#[must_use]
pub fn name(error: Kern) -> String {
    let errno = shm::Error::ALL.iter().find(|errno| error.is(errno.hurd()));
    if let Some(errno) = errno {
        return errno.name().to_string();
    }
    match error.code() {
        sys::KERN_PROTECTION_FAILURE => "KERN_PROTECTION_FAILURE".to_string(),
        _ => error.to_string(),
    }
}
