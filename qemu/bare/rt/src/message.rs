// SPDX-License-Identifier: GPL-2.0-or-later
//! Small messages between the programs of a bed, and what the kernel tells a parent.

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, ReceiveRight, SendRight, valid};
use gnumach::sys;

use crate::mig_support::{mach_msg, mach_task_self};

/// Words in a [`Note`].
pub const WORDS: usize = 6;
/// Of `mach/exc.defs`, the id of `exception_raise`.
const EXCEPTION_RAISE: i32 = 2400;

/// A message: an id, some words, and maybe a right.
#[derive(Debug, Default)]
pub struct Note {
    /// Tells messages apart; 64 to 99 and 2400 are the kernel's.
    pub id: i32,
    /// What it says.
    pub words: [u64; WORDS],
    /// A send right: copied to the receiver when sent, owned when received.
    pub right: Option<SendRight>,
    /// Who waits for an answer, when received.
    pub reply: Option<SendRight>,
}

/// What [`receive`] got.
#[derive(Debug)]
pub enum Received {
    /// A message of [`send`].
    Note(Note),
    /// A task or port that we asked about ([`notify_death`]) is no more.
    Death,
    /// A task of ours made a mistake; its thread stands still.
    Exception {
        /// `EXC_BAD_ACCESS` and so on (`mach/exception.h`).
        kind: i32,
        /// A `kern_return_t` for `EXC_BAD_ACCESS`.
        code: i32,
        /// The address for `EXC_BAD_ACCESS`.
        subcode: i64,
        /// The thread.
        thread: Option<SendRight>,
        /// Its task.
        task: Option<SendRight>,
    },
}

/// A note as the kernel sees it.
#[repr(C)]
#[derive(Clone, Copy)]
struct NoteMessage {
    header: sys::mach_msg_header_t,
    words_type: sys::mach_msg_type_t,
    words: [u64; WORDS],
    right_type: sys::mach_msg_type_t,
    /// The name is in the lower half (`mach_port_name_inlined_t`).
    right: u64,
}

/// `exception_raise` of `mach/exc.defs`.
#[repr(C)]
#[derive(Clone, Copy)]
struct ExceptionMessage {
    header: sys::mach_msg_header_t,
    thread_type: sys::mach_msg_type_t,
    thread: u64,
    task_type: sys::mach_msg_type_t,
    task: u64,
    kind_type: sys::mach_msg_type_t,
    kind: i32,
    code_type: sys::mach_msg_type_t,
    code: i32,
    subcode_type: sys::mach_msg_type_t,
    subcode: i64,
}

#[repr(C)]
union Buffer {
    header: sys::mach_msg_header_t,
    note: NoteMessage,
    exception: ExceptionMessage,
    dead_name: sys::mach_dead_name_notification_t,
    /// Room for the trailing words of anything else.
    any: [u64; 64],
}

fn descriptor(name: u32, bits: u32, number: u32) -> sys::mach_msg_type_t {
    let mut descriptor = sys::mach_msg_type_t::default();
    descriptor.set_msgt_name(name);
    descriptor.set_msgt_size(bits);
    descriptor.set_msgt_inline(1);
    descriptor.msgt_number = number;
    descriptor
}

/// Sends a note, and tells the receiver that answers go to `reply`.
///
/// # Errors
/// `MACH_SEND_INVALID_DEST`: the receiver is gone.
pub fn send(to: &SendRight, note: &Note, reply: Option<&ReceiveRight>) -> Result<(), Kern> {
    let rights = u32::from(note.right.is_some());
    let mut bits = sys::MACH_MSG_TYPE_COPY_SEND;
    if reply.is_some() {
        bits |= sys::MACH_MSG_TYPE_MAKE_SEND << 8;
    }
    if rights != 0 {
        bits |= sys::MACH_MSGH_BITS_COMPLEX;
    }
    // Without a right its descriptor counts none, and the message ends there.
    let size = match rights {
        0 => core::mem::offset_of!(NoteMessage, right),
        _ => size_of::<NoteMessage>(),
    };
    let mut message = NoteMessage {
        header: sys::mach_msg_header_t {
            msgh_bits: bits,
            msgh_size: size as u32,
            __bindgen_anon_1: sys::mach_msg_header__bindgen_ty_1 {
                msgh_remote_port: to.name(),
            },
            __bindgen_anon_2: sys::mach_msg_header__bindgen_ty_2 {
                msgh_local_port: reply.map_or(NULL, ReceiveRight::name),
            },
            msgh_seqno: 0,
            msgh_id: note.id,
        },
        words_type: descriptor(sys::MACH_MSG_TYPE_INTEGER_64, 64, WORDS as u32),
        words: note.words,
        right_type: descriptor(sys::MACH_MSG_TYPE_COPY_SEND, 64, rights),
        right: note.right.as_ref().map_or(0, |right| right.name().into()),
    };
    // SAFETY: the message is complete, and as long as its size says.
    check(unsafe {
        mach_msg(
            (&raw mut message).cast(),
            sys::MACH_SEND_MSG,
            size as u32,
            0,
            NULL,
            0,
            NULL,
        )
    })
}

/// Takes the next message from `port`, within `milliseconds`.
///
/// # Errors
/// `MACH_RCV_TIMED_OUT`; `MIG_BAD_ARGUMENTS` for a message of another kind, which is destroyed
/// but for the rights in its body.
pub fn receive(port: &ReceiveRight, milliseconds: u32) -> Result<Received, Kern> {
    let mut buffer = Buffer { any: [0; 64] };
    // SAFETY: the buffer is as large as said.
    check(unsafe {
        mach_msg(
            (&raw mut buffer).cast(),
            sys::MACH_RCV_MSG | sys::MACH_RCV_TIMEOUT,
            0,
            size_of::<Buffer>() as u32,
            port.name(),
            milliseconds,
            NULL,
        )
    })?;
    // SAFETY: every message starts with a header.
    let header = unsafe { buffer.header };
    let size = header.msgh_size as usize;
    // SAFETY: the field is a name on this machine whatever the variant; a right that came is ours.
    let reply = own(unsafe { header.__bindgen_anon_1.msgh_remote_port }.into());
    let complex = header.msgh_bits & sys::MACH_MSGH_BITS_COMPLEX != 0;

    if header.msgh_id == sys::MACH_NOTIFY_DEAD_NAME as i32 {
        // SAFETY: every bit pattern is valid, and the buffer longer than the notification. A
        // forged one names a port that this task need not have: only the kernel holds the
        // send-once right.
        let name = unsafe { buffer.dead_name }.not_port;
        // The notification carries one more reference of the dead name.
        drop(own(name.into()));
        return Ok(Received::Death);
    }
    if header.msgh_id == EXCEPTION_RAISE && complex && size >= size_of::<ExceptionMessage>() {
        // SAFETY: long enough, and every bit pattern is valid.
        let exception = unsafe { buffer.exception };
        return Ok(Received::Exception {
            kind: exception.kind,
            code: exception.code,
            subcode: exception.subcode,
            thread: own(exception.thread),
            task: own(exception.task),
        });
    }
    if size >= core::mem::offset_of!(NoteMessage, right) {
        // SAFETY: long enough but for the right, which is zero in the buffer then, and every
        // bit pattern is valid.
        let message = unsafe { buffer.note };
        let right = if complex { own(message.right) } else { None };
        let note = Note {
            id: header.msgh_id,
            words: message.words,
            right,
            reply,
        };
        return Ok(Received::Note(note));
    }
    check(sys::MIG_BAD_ARGUMENTS).and(Ok(Received::Death))
}

/// As [`receive`], for a port to which only notes are sent.
///
/// # Errors
/// As [`receive`]; `MIG_BAD_ID` for what is no note.
pub fn receive_note(port: &ReceiveRight, milliseconds: u32) -> Result<Note, Kern> {
    match receive(port, milliseconds)? {
        Received::Note(note) => Ok(note),
        _ => check(sys::MIG_BAD_ID).and(Ok(Note::default())),
    }
}

/// Sends a note and waits for the answer.
///
/// # Errors
/// As [`send`] and [`receive_note`].
pub fn call(to: &SendRight, note: &Note, milliseconds: u32) -> Result<Note, Kern> {
    let answers = ReceiveRight::allocate()?;
    send(to, note, Some(&answers))?;
    receive_note(&answers, milliseconds)
}

/// Has [`Received::Death`] sent to `events` when the port behind `right` dies, which for a task's
/// port is when the task ends.
///
/// # Errors
/// As `mach_port_request_notification`.
pub fn notify_death(right: &SendRight, events: &ReceiveRight) -> Result<(), Kern> {
    let mut previous = NULL;
    // SAFETY: `previous` is a valid out-pointer; the rights are ours.
    check(unsafe {
        sys::mig_k_mach_port_request_notification(
            mach_task_self(),
            right.name(),
            sys::MACH_NOTIFY_DEAD_NAME as _,
            1,
            events.name(),
            sys::MACH_MSG_TYPE_MAKE_SEND_ONCE,
            &mut previous,
        )
    })?;
    drop(own(previous.into()));
    Ok(())
}

/// The right that came in a message, if any.
fn own(port: u64) -> Option<SendRight> {
    let name = port as u32;
    // SAFETY: the kernel gave us a reference of this name with the message.
    valid(name).then(|| unsafe { SendRight::from_raw(name) })
}
