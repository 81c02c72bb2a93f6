// SPDX-License-Identifier: GPL-2.0-or-later
//! Calls that may wait for somebody for ever, counted so that no user keeps all workers.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::user::{NOBODY, ROOT};

use crate::{Error, Result};

/// Calls under way, by user.
///
/// Of a bound, a quarter is root's. Of the rest another user has at most half, so that two users
/// can use it up together, and none alone. All who have no user id have a quarter together: every
/// user can make a port without ids, and is two users then.
#[derive(Debug, Default)]
pub struct Shares(Mutex<BTreeMap<u32, usize>>);

impl Shares {
    /// No calls.
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    fn locked<R>(&self, step: impl FnOnce(&mut BTreeMap<u32, usize>) -> R) -> R {
        step(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a call of `user`, where there may be `bound` of all users.
    ///
    /// # Errors
    /// `EAGAIN`: so many are under way already.
    pub fn take(&self, user: u32, bound: usize) -> Result<Share<'_>> {
        let roots = bound / 4;
        let others = bound - roots;
        self.locked(|users| {
            let own = users.get(&user).copied().unwrap_or(0);
            let full = if user == ROOT {
                own >= roots
            } else {
                let all: usize = users.values().sum();
                let root = users.get(&ROOT).copied().unwrap_or(0);
                let most = if user == NOBODY {
                    others / 4
                } else {
                    others / 2
                };
                own >= most || all - root >= others
            };
            if full {
                return Err(Error::EAGAIN);
            }
            users.insert(user, own + 1);
            Ok(Share { shares: self, user })
        })
    }
}

/// A call that is counted, until this is dropped.
pub struct Share<'a> {
    shares: &'a Shares,
    user: u32,
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.shares.locked(|users| {
            // A user without calls costs nothing.
            if let Some(count) = users.get_mut(&self.user) {
                *count -= 1;
                if *count == 0 {
                    users.remove(&self.user);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(shares: &Shares, user: u32) -> Vec<Share<'_>> {
        std::iter::from_fn(|| shares.take(user, 16).ok()).collect()
    }

    #[test]
    fn a_user_has_half_and_root_a_quarter_of_its_own() {
        let shares = Shares::new();
        let first = all(&shares, 1001);
        assert_eq!(first.len(), 6);
        let second = all(&shares, 1002);
        assert_eq!(second.len(), 6);
        assert_eq!(all(&shares, 1003).len(), 0, "two users used it up");
        let root = all(&shares, ROOT);
        assert_eq!(root.len(), 4);
        drop(first);
        assert_eq!(all(&shares, 1003).len(), 6);
        drop((second, root));
        assert!(shares.locked(|users| users.is_empty()));
    }

    #[test]
    fn a_user_who_is_nobody_too_leaves_others_a_share() {
        let shares = Shares::new();
        let _both = (all(&shares, NOBODY), all(&shares, 1001));
        assert_eq!(all(&shares, 1002).len(), 3);
    }

    #[test]
    fn root_takes_nothing_of_the_others_share() {
        let shares = Shares::new();
        let _root = all(&shares, ROOT);
        assert_eq!(all(&shares, NOBODY).len(), 3);
        assert_eq!(all(&shares, 1001).len(), 6);
    }
}
