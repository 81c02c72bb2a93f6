// SPDX-License-Identifier: GPL-2.0-or-later
//! Memory objects of destroyed segments, kept for the next ones.
//!
//! A new memory object costs a port, a mapping, and an exchange of messages with the kernel:
//! as much as the rest of a first attach. So the objects of small segments that nobody maps any
//! more are emptied and kept, up to [`SPARES`] of them.
//!
//! # Nothing of a segment may be seen in the next
//!
//! 1. Who destroys the segment sees that nobody else refers to the object, and has the kernel
//!    flush its pages; when that call returns it is done, and the books are closed.
//! 2. Then it sends the object's own port a message, the [last word](LAST_WORD). What the kernel
//!    sent before, pages under way back among it, stands before that in the port's queue, and
//!    the pager thread, which alone receives, has handled it when it comes to the last word.
//! 3. The pager thread asks the kernel again: still nobody else, no page, and no paging under
//!    way, which the kernel counts until it has queued the page's message. Only then is the
//!    object kept.
//!
//! If anything is found otherwise, or if a page of the segment ever came back, the object is
//! destroyed as large ones are.
//!
//! # Nor may its users touch the next
//!
//! Whoever maps an object can ask the kernel for its name, and who has the name can flush the
//! object's pages (README, "What no server can promise here"). The name stays good for as long as
//! the object. So an object that tasks of one user alone have mapped is kept, and serves segments
//! that a task of the same user is the first to map.

use alloc::sync::Arc;
use alloc::vec::Vec;

use gnumach::right::{Name, SendRight};
use gnumach::sync::Mutex;
use gnumach::{sys, trap};

use super::object::{Held, PAGE, Users};

/// Objects kept at most.
const SPARES: usize = 8;

/// Pages of a segment whose object is kept, at most: flushing looks for each of them.
const LARGEST: u64 = 256;

/// The id of the message behind which nothing of the old segment comes. The kernel's to a pager
/// begin at 2200.
pub(super) const LAST_WORD: sys::mach_msg_id_t = 1;

/// What is kept, and what waits for its last word.
#[derive(Default)]
pub(super) struct Spares {
    kept: Mutex<Vec<Arc<Held>>>,
    retired: Mutex<Vec<Arc<Held>>>,
}

impl Spares {
    /// One that is kept for segments that `user` is the first to map.
    pub(super) fn take(&self, user: u32) -> Option<Arc<Held>> {
        let mut kept = self.kept.lock();
        let fits = |held: &Arc<Held>| *held.object.users.lock() == Users::One(user);
        let place = kept.iter().rposition(fits)?;
        Some(kept.remove(place))
    }

    /// Steps 1 and 2, for an object that nobody else refers to. `false`: it is not kept.
    pub(super) fn retire(&self, held: &Arc<Held>) -> bool {
        let state = held.object.state.lock();
        let pages = state.pages.total();
        let fit = pages <= LARGEST
            && !state.pages.ever_returned()
            && matches!(*held.object.users.lock(), Users::One(_));
        drop(state);
        if !fit || !self.has_room() {
            return false;
        }
        let control = held
            .object
            .rights
            .lock()
            .control
            .as_ref()
            .map(SendRight::name);
        // Without it the kernel's first message still waits for the pager.
        let Some(control) = control else {
            return false;
        };
        // SAFETY: sends a message to the kernel; no memory of this task is involved. `held` keeps
        // the right.
        let code = unsafe {
            sys::mig_k_memory_object_lock_request(
                control,
                0,
                (pages * PAGE) as _,
                sys::MEMORY_OBJECT_RETURN_NONE as _,
                1,
                sys::VM_PROT_NO_CHANGE as _,
                0,
            )
        };
        if code != 0 {
            return false;
        }
        held.object.close_books();
        self.retired.lock().push(held.clone());
        let sent = say_last_word(&held.right);
        sent || self.retired(held.object.port.name()).is_none()
    }

    fn has_room(&self) -> bool {
        // Among those that are kept the oldest makes room.
        self.retired.lock().len() < SPARES
    }

    /// The object with this port, if it waited for its last word.
    pub(super) fn retired(&self, port: Name) -> Option<Arc<Held>> {
        let mut retired = self.retired.lock();
        let place = retired
            .iter()
            .position(|held| held.object.port.name() == port)?;
        Some(retired.swap_remove(place))
    }

    /// Step 3 went well. Answers the oldest one if there are too many now.
    #[must_use]
    pub(super) fn keep(&self, held: Arc<Held>) -> Option<Arc<Held>> {
        let mut kept = self.kept.lock();
        kept.push(held);
        (kept.len() > SPARES).then(|| kept.remove(0))
    }
}

/// `false`: the port's queue is full.
fn say_last_word(port: &SendRight) -> bool {
    let mut head = sys::mach_msg_header_t {
        msgh_bits: sys::MACH_MSG_TYPE_COPY_SEND,
        msgh_size: size_of::<sys::mach_msg_header_t>() as _,
        msgh_id: LAST_WORD,
        ..Default::default()
    };
    head.__bindgen_anon_1.msgh_remote_port = port.name();
    let option = sys::MACH_SEND_MSG | sys::MACH_SEND_TIMEOUT;
    // SAFETY: the message is a header and no more, as its size says.
    let code = unsafe { trap::mach_msg(&mut head, option as _, head.msgh_size, 0, 0, 0, 0) };
    code == 0
}
