// SPDX-License-Identifier: GPL-2.0-or-later
//! The order of one port's messages, when several threads receive them: pure.
//!
//! The kernel numbers the messages of a port as they are received (`msgh_seqno`). A thread that
//! has received a message says so ([`Queue::arrive`]). It gets the message to serve if that is the
//! next one and no other thread is serving; otherwise the message waits, and the thread is free.
//! The thread that serves goes on with the next that waits ([`Queue::served`]).

#![forbid(unsafe_code)]

use alloc::vec::Vec;

/// Messages of one port that wait for their turn.
#[derive(Debug)]
pub struct Queue<M> {
    next: u32,
    serving: bool,
    waiting: Vec<(u32, M)>,
}

impl<M> Default for Queue<M> {
    /// For a port from which nothing was received.
    fn default() -> Self {
        Self {
            next: 0,
            serving: false,
            waiting: Vec::new(),
        }
    }
}

impl<M> Queue<M> {
    /// Message `number` was received. It is answered if it is to be served now, by the caller, who
    /// then calls [`served`](Self::served).
    ///
    /// # Errors
    /// The message, if it has to wait and there is no memory to keep it: to be tried again.
    pub fn arrive(&mut self, number: u32, message: M) -> Result<Option<M>, M> {
        if number == self.next && !self.serving {
            self.serving = true;
            return Ok(Some(message));
        }
        if self.waiting.try_reserve(1).is_err() {
            return Err(message);
        }
        self.waiting.push((number, message));
        Ok(None)
    }

    /// The messages that wait for their turn, which does not come any more.
    pub fn abandon(&mut self) -> impl Iterator<Item = M> {
        core::mem::take(&mut self.waiting)
            .into_iter()
            .map(|(_, message)| message)
    }

    /// The message was served: answers the next, if it has arrived.
    pub fn served(&mut self) -> Option<M> {
        self.next = self.next.wrapping_add(1);
        let next = self
            .waiting
            .iter()
            .position(|(number, _)| *number == self.next);
        self.serving = next.is_some();
        next.map(|at| self.waiting.swap_remove(at).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn messages_in_order_are_served_at_once() {
        let mut queue = Queue::default();
        for number in 0..3 {
            assert_eq!(queue.arrive(number, number), Ok(Some(number)));
            assert_eq!(queue.served(), None);
        }
    }

    #[test]
    fn a_message_waits_while_another_is_served() {
        let mut queue = Queue::default();
        assert_eq!(queue.arrive(0, 'a'), Ok(Some('a')));
        assert_eq!(queue.arrive(1, 'b'), Ok(None));
        assert_eq!(queue.served(), Some('b'));
        assert_eq!(queue.served(), None);
    }

    #[test]
    fn messages_that_wait_for_one_that_is_lost_are_given_back() {
        let mut queue = Queue::default();
        assert_eq!(queue.arrive(2, 'c'), Ok(None));
        assert_eq!(queue.arrive(1, 'b'), Ok(None));
        assert_eq!(queue.abandon().collect::<Vec<_>>(), ['c', 'b']);
        assert_eq!(queue.abandon().count(), 0);
    }

    proptest! {
        /// Any order of arrival, with up to four threads, serves in the order of numbers.
        #[test]
        fn any_order_of_arrival_is_served_in_the_order_of_numbers(
            start in prop_oneof![Just(0_u32), Just(u32::MAX - 3)],
            order in Just((0..12_u32).collect::<Vec<_>>()).prop_shuffle(),
            late in proptest::collection::vec(any::<bool>(), 12),
        ) {
            let mut queue = Queue { next: start, ..Queue::default() };
            let mut served = Vec::new();
            let mut current = None;
            for (number, late) in order.into_iter().zip(late) {
                if let Some(message) = queue.arrive(start.wrapping_add(number), number).unwrap() {
                    prop_assert!(current.is_none());
                    current = Some(message);
                }
                while !late && let Some(message) = current.take() {
                    served.push(message);
                    current = queue.served();
                }
            }
            while let Some(message) = current.take() {
                served.push(message);
                current = queue.served();
            }
            prop_assert_eq!(served, (0..12).collect::<Vec<_>>());
        }
    }
}
