// SPDX-License-Identifier: GPL-2.0-or-later
//! What a panic in a step leaves, made whole.
//!
//! A step is what one call does to the registry with the lock held. Nothing in it is expected to
//! panic. Should one do so all the same, it leaves the table of segments and the records as they
//! were or as the step wanted them, one by one; what may be wrong are the lists and sums that
//! are made from these. So before the next step they are made anew. The panic cost the call it
//! happened in, and at worst one record or one segment that the step was about.
#![forbid(unsafe_code)]

use super::Registry;
use alloc::vec::Vec;

impl<M: Clone, T: Clone + Ord, K: Clone + Ord> Registry<M, T, K> {
    /// A step begins.
    pub fn begin_step(&mut self) {
        self.in_step = true;
    }

    /// Whether a step began and did not end.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.in_step
    }

    /// The step that began ends.
    pub fn end_step(&mut self) {
        self.in_step = false;
        #[cfg(debug_assertions)]
        self.assert_now_and_then();
    }

    /// Makes what follows from the segments and the records anew.
    pub fn repair(&mut self) {
        let dropped = self.attachments.recount();
        self.trash.holders.extend(dropped);
        let lost: Vec<_> = self
            .attachments
            .segments()
            .filter(|(id, _)| self.table.get(*id).is_none())
            .collect();
        for (id, serial) in lost {
            if let Some(attachment) = self.attachments.remove(id, serial) {
                self.trash.holders.push(attachment.holder);
            }
        }
        let attachments = &self.attachments;
        let under = |ticket: &K| attachments.of_ticket(ticket).count() as u64;
        let dropped = self.forks.recount(under);
        self.trash.holders.extend(dropped);
        self.table.recount();
        for id in self.table.ids() {
            let records = self.attachments.of_segment(id).count() as u64;
            if let Some(segment) = self.table.get_mut(id) {
                segment.nattch = records;
            }
            self.destroy_if_unused(id);
        }
        self.changes.note();
        self.in_step = false;
    }

    /// [`assert_consistent`](Self::assert_consistent), so often that it costs each step a
    /// bounded time on average, however large the registry is.
    #[cfg(debug_assertions)]
    fn assert_now_and_then(&mut self) {
        self.unchecked += 1;
        let size = u64::from(self.table.len()) + self.attachments.len() as u64;
        if self.unchecked > size / 16 {
            self.unchecked = 0;
            self.assert_consistent();
        }
    }
}
