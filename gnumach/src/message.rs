// SPDX-License-Identifier: GPL-2.0-or-later
//! What a received message carries, and how to be rid of it.
//!
//! libc has `mach_msg_destroy` for this. A server should not use it for a stranger's message: a
//! name in a port space has at most 65,534 user references, and the kernel drops what a message
//! brings beyond that without a word. One `mach_port_deallocate` for each right in the message
//! then releases references that the server holds for other reasons; later calls of it release
//! names that are not there, or are somebody else's by then.
//!
//! # When a large count is exact
//!
//! Say that one message brought more than [`SAME_RIGHTS`] references to a name, and that the count
//! is at most half of what a name can count when they are to be given back. Had the clamp struck
//! since the message came, the count had been full then, and only three things lower it: messages
//! of few references, which account for less than half in all; the server itself, likewise; and
//! other large messages being given back, each of which looked at the count first. Where one of
//! these found more than half it says so ([`epoch`]). If none did since before this message was
//! received ([`destroy_since`]), there was no clamp, and all references are given back.
//!
//! # Why the count cannot reach the clamp unnoticed
//!
//! [`destroy`] gives back at most [`SAME_RIGHTS`] references to one name for one message. A thread
//! holds one message at a time, so the messages under way account for at most [`SAME_RIGHTS`]
//! times [`THREADS`] references to a name, which leaves 8,000 for those that the server holds,
//! within half of what a name can count. Where one message brings more references to one name, and
//! more than half is counted, how many of them the kernel counted is unknown, and half is kept: the name stays in the
//! port space for good, which costs a few dozen bytes, once for each port. [`kept`] tells how many
//! messages did that.

use core::slice;
use core::sync::atomic::{AtomicU64, Ordering};

use crate::error::check;
use crate::right::{Name, valid};
use crate::sync::Mutex;
use crate::sys;
use crate::trap;

/// References to one name that [`destroy`] gives back for one message.
pub const SAME_RIGHTS: usize = 64;

/// Threads of a program that may receive messages of strangers.
pub const THREADS: usize = 384;

/// References that stay to a name of which one message brought too many: half of what a name can
/// count, so that there is room for more.
const RESERVE: u32 = 32_767;

const _: () = assert!(SAME_RIGHTS * THREADS + 8_000 < RESERVE as usize);

/// How often a count was found where the clamp may have struck. See [`epoch`].
static DOUBTS: AtomicU64 = AtomicU64::new(0);

/// To be asked before a message is received, for [`destroy_since`].
#[must_use]
pub fn epoch() -> u64 {
    DOUBTS.load(Ordering::SeqCst)
}

/// Held while references beyond the reserve are given back, so that two threads do not both.
static TRIMMING: Mutex<()> = Mutex::new(());

/// Rights up to this number are released one by one.
const FEW: usize = 16;

static KEPT: AtomicU64 = AtomicU64::new(0);

/// How often a name was kept since the program started, because one message brought more than
/// [`SAME_RIGHTS`] references to it, or because there was no memory to count them.
#[must_use]
pub fn kept() -> u64 {
    KEPT.load(Ordering::Relaxed)
}

/// The port rights in a message's body, or in its out-of-line arrays.
enum Rights<'a> {
    /// Each name in the first four of eight bytes (`mach_port_name_inlined_t`).
    Inline(&'a [u64]),
    /// Plain names.
    OutOfLine(&'a [Name]),
}

impl Rights<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Inline(names) => names.len(),
            Self::OutOfLine(names) => names.len(),
        }
    }

    fn name(&self, index: usize) -> Option<Name> {
        match self {
            Self::Inline(names) => names.get(index).map(|word| first_half(*word)),
            Self::OutOfLine(names) => names.get(index).copied(),
        }
    }
}

/// The four bytes with the lower addresses.
fn first_half(word: u64) -> Name {
    let bytes = word.to_ne_bytes();
    Name::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// What one descriptor of a message stands for.
struct Item<'a> {
    /// `MACH_MSG_TYPE_*`, and the rights, if it is one of a port's.
    rights: Option<(u32, Rights<'a>)>,
    /// Address and size in bytes of out-of-line memory.
    memory: Option<(usize, usize)>,
}

/// Walks over the descriptors of a message.
struct Items {
    at: usize,
    end: usize,
}

impl Items {
    /// # Safety
    /// `message` is a whole message as the kernel received it, and stays so while the items are
    /// in use.
    unsafe fn of(message: *const sys::mach_msg_header_t) -> Self {
        // SAFETY: see the contract.
        let (bits, size) = unsafe { ((*message).msgh_bits, (*message).msgh_size as usize) };
        let start = message.addr();
        let end = if bits & sys::MACH_MSGH_BITS_COMPLEX == 0 {
            start
        } else {
            start + size
        };
        Self {
            at: start + size_of::<sys::mach_msg_header_t>(),
            end,
        }
    }

    fn left(&self) -> usize {
        self.end.saturating_sub(self.at)
    }

    /// # Safety
    /// As for [`Items::of`].
    unsafe fn next<'a>(&mut self) -> Option<Item<'a>> {
        const WORD: usize = size_of::<u64>();
        if self.left() < size_of::<sys::mach_msg_type_t>() {
            return None;
        }
        // SAFETY: see the contract; a descriptor lies within the message, aligned.
        let kind = unsafe { *(self.at as *const sys::mach_msg_type_t) };
        self.at += size_of::<sys::mach_msg_type_t>();
        let (name, bits) = (kind.msgt_name(), kind.msgt_size() as usize);
        let is_port = (sys::MACH_MSG_TYPE_MOVE_RECEIVE..=sys::MACH_MSG_TYPE_LAST).contains(&name);
        let count = kind.msgt_number as usize;
        let bytes = count.saturating_mul(bits).div_ceil(8);
        let mut item = Item {
            rights: None,
            memory: None,
        };
        if kind.msgt_inline() != 0 {
            if is_port && bits != 0 {
                let count = count.min(self.left() / WORD);
                // SAFETY: so many words of the message are left, each an inlined name.
                let words = unsafe { slice::from_raw_parts(self.at as *const u64, count) };
                item.rights = Some((name, Rights::Inline(words)));
            }
            self.at = self.at.saturating_add(bytes.div_ceil(WORD) * WORD);
        } else {
            if self.left() < WORD {
                return None;
            }
            // SAFETY: a pointer follows the descriptor.
            let address = unsafe { *(self.at as *const usize) };
            self.at += WORD;
            // A size of zero marks what found no room in our map.
            if address != 0 && bytes != 0 {
                let size = if is_port {
                    // SAFETY: the kernel made an array of so many names for us there.
                    let names = unsafe { slice::from_raw_parts(address as *const Name, count) };
                    item.rights = Some((name, Rights::OutOfLine(names)));
                    count * size_of::<Name>()
                } else {
                    bytes
                };
                item.memory = Some((address, size));
            }
        }
        Some(item)
    }
}

/// How many port rights a message carries beside the reply right.
///
/// # Safety
/// `message` is a whole message as the kernel received it.
#[must_use]
pub unsafe fn rights(message: *const sys::mach_msg_header_t) -> usize {
    // SAFETY: handed through.
    unsafe {
        let mut items = Items::of(message);
        let mut count = 0_usize;
        while let Some(item) = items.next() {
            count = count.saturating_add(item.rights.map_or(0, |(_, rights)| rights.len()));
        }
        count
    }
}

/// Whether a message brings memory out of line beside arrays of rights, which the kernel makes.
///
/// Such memory is its sender's: a page of it may be had only from a pager of the sender's, which
/// need not answer. Whoever looks at that page waits for as long, and gets an exception when the
/// pager dies or says that there is no page.
///
/// # Safety
/// `message` is a whole message as the kernel received it.
#[must_use]
pub unsafe fn memory(message: *const sys::mach_msg_header_t) -> bool {
    // SAFETY: handed through.
    unsafe {
        let mut items = Items::of(message);
        while let Some(item) = items.next() {
            if item.memory.is_some() && item.rights.is_none() {
                return true;
            }
        }
        false
    }
}

/// Releases what a received message carries: the reply right, all other rights, and memory out of
/// line. Nothing is released that the message did not bring.
///
/// # Safety
/// `message` is a whole message as the kernel received it, nobody took anything from it, and
/// nobody uses what it carries afterwards.
pub unsafe fn destroy(message: *mut sys::mach_msg_header_t) {
    // SAFETY: handed through.
    unsafe { release(message, None) };
}

/// [`destroy`] for a message that was received after [`epoch`] answered `since`. Then the count of a
/// name tells whether it was clamped, and no name is kept that was not.
///
/// # Safety
/// As for [`destroy`].
pub unsafe fn destroy_since(message: *mut sys::mach_msg_header_t, since: u64) {
    // SAFETY: handed through.
    unsafe { release(message, Some(since)) };
}

/// # Safety
/// As for [`destroy`].
unsafe fn release(message: *mut sys::mach_msg_header_t, since: Option<u64>) {
    // SAFETY: handed through; see the contract.
    unsafe {
        let bits = (*message).msgh_bits & sys::MACH_MSGH_BITS_REMOTE_MASK;
        release_one(bits, (*message).__bindgen_anon_1.msgh_remote_port);
        let mut count = 0_usize;
        let mut items = Items::of(message);
        while let Some(item) = items.next() {
            if let Some((sys::MACH_MSG_TYPE_PORT_SEND, rights)) = &item.rights {
                count = count.saturating_add(rights.len());
            }
        }
        if count > FEW {
            release_counted(message, count, since);
        }
        let mut items = Items::of(message);
        while let Some(item) = items.next() {
            if let Some((disposition, rights)) = &item.rights
                && (*disposition != sys::MACH_MSG_TYPE_PORT_SEND || count <= FEW)
            {
                for name in (0..rights.len()).filter_map(|index| rights.name(index)) {
                    release_one(*disposition, name);
                }
            }
            if let Some((address, size)) = item.memory {
                trap::vm_deallocate(trap::mach_task_self(), address as _, size as _);
            }
        }
    }
}

/// Releases the `count` send rights of a message, those to one name at once.
///
/// # Safety
/// As for [`destroy`].
unsafe fn release_counted(message: *mut sys::mach_msg_header_t, count: usize, since: Option<u64>) {
    let this = trap::mach_task_self();
    let Some(size) = count.checked_mul(size_of::<Name>()) else {
        return;
    };
    let mut pages = 0;
    // SAFETY: a valid out-pointer. Pages of their own, since the heap's failure would end us.
    if unsafe { trap::vm_allocate(this, &mut pages, size as _, 1) } != 0 {
        KEPT.fetch_add(1, Ordering::Relaxed);
        return;
    }
    // SAFETY: new pages are zero, and large enough for so many names.
    let names = unsafe { slice::from_raw_parts_mut(pages as *mut Name, count) };
    let mut filled = 0;
    // SAFETY: see the contract.
    unsafe {
        let mut items = Items::of(message);
        while let Some(item) = items.next() {
            if let Some((sys::MACH_MSG_TYPE_PORT_SEND, rights)) = &item.rights {
                for name in (0..rights.len()).filter_map(|index| rights.name(index)) {
                    if let Some(slot) = names.get_mut(filled) {
                        *slot = name;
                        filled += 1;
                    }
                }
            }
        }
    }
    let names = &mut names[..filled];
    names.sort_unstable();
    for same in names.chunk_by(|one, other| one == other) {
        release_same(same[0], same.len(), since);
    }
    // SAFETY: the pages from above, which nobody uses any more.
    unsafe { trap::vm_deallocate(this, pages, size as _) };
}

/// Releases `count` references that one message brought to a name.
fn release_same(name: Name, count: usize, since: Option<u64>) {
    if !valid(name) {
        return;
    }
    match i32::try_from(count) {
        Ok(count) if count as usize <= SAME_RIGHTS => give_back(name, count),
        // All send rights to a port that we receive on came in messages, and its name cannot be
        // another port's while we do.
        _ if is_receive_right(name) => {
            if let Ok(references) = i32::try_from(send_references(name)) {
                give_back(
                    name,
                    references.min(i32::try_from(count).unwrap_or(i32::MAX)),
                );
            }
        }
        _ => {
            let _trimming = TRIMMING.lock();
            // Messages that come meanwhile only add to the count.
            let references = match send_references(name) {
                0 => references(name, sys::MACH_PORT_RIGHT_DEAD_NAME),
                alive => alive,
            };
            let exact = references <= RESERVE && since == Some(epoch());
            if let (true, Ok(count)) = (exact, i32::try_from(count)) {
                give_back(name, count);
                return;
            }
            KEPT.fetch_add(1, Ordering::Relaxed);
            if references > RESERVE {
                DOUBTS.fetch_add(1, Ordering::SeqCst);
            }
            let surplus = references.saturating_sub(RESERVE);
            if let Ok(surplus @ 1..) = i32::try_from(surplus) {
                give_back(name, surplus);
            }
        }
    }
}

/// Gives back `count` references to a send right, or to the dead name that it has become.
fn give_back(name: Name, count: i32) {
    let this = trap::mach_task_self();
    for right in [sys::MACH_PORT_RIGHT_SEND, sys::MACH_PORT_RIGHT_DEAD_NAME] {
        // SAFETY: the message brought these references, as our callers found.
        if check(unsafe { sys::mig_k_mach_port_mod_refs(this, name, right, -count) }).is_ok() {
            return;
        }
    }
}

fn is_receive_right(name: Name) -> bool {
    let mut kind = 0;
    // SAFETY: a valid out-pointer.
    let code = unsafe { sys::mig_k_mach_port_type(trap::mach_task_self(), name, &mut kind) };
    code == 0 && kind & sys::MACH_PORT_TYPE_RECEIVE != 0
}

fn send_references(name: Name) -> u32 {
    references(name, sys::MACH_PORT_RIGHT_SEND)
}

fn references(name: Name, right: sys::mach_port_right_t) -> u32 {
    let mut references = 0;
    // SAFETY: a valid out-pointer.
    let code = unsafe {
        sys::mig_k_mach_port_get_refs(trap::mach_task_self(), name, right, &mut references)
    };
    if code == 0 { references } else { 0 }
}

/// Releases one right as a received message brings it.
///
/// # Safety
/// The message owned that right.
unsafe fn release_one(disposition: u32, name: Name) {
    if !valid(name) {
        return;
    }
    let this = trap::mach_task_self();
    match disposition {
        // SAFETY: see the contract.
        sys::MACH_MSG_TYPE_PORT_SEND | sys::MACH_MSG_TYPE_PORT_SEND_ONCE => unsafe {
            trap::mach_port_deallocate(this, name);
        },
        // SAFETY: see the contract.
        sys::MACH_MSG_TYPE_PORT_RECEIVE => unsafe {
            sys::mig_k_mach_port_mod_refs(this, name, sys::MACH_PORT_RIGHT_RECEIVE, -1);
        },
        _ => {}
    }
}
