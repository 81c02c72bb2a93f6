// SPDX-License-Identifier: GPL-2.0-or-later
//! How many open ports each user has: the books.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use hurd_ports::user::ROOT;

use crate::{Error, Result};

/// Open ports of one user, at most. Root has no bound.
pub const PORTS: usize = 4096;

/// Open ports of all users but root, at most.
const ALL: usize = 4 * PORTS;

/// Ports by user.
#[derive(Default)]
pub struct Ports {
    /// Whom each is counted for, by its address.
    ports: BTreeMap<usize, u32>,
    /// No entry without any.
    users: BTreeMap<u32, usize>,
}

impl Ports {
    /// Nobody has any.
    pub const fn new() -> Self {
        Self {
            ports: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    /// Counts a port of `user` that is about to be made.
    ///
    /// # Errors
    /// `EMFILE`: the user has too many; `ENFILE`: there are too many.
    pub fn reserve(&mut self, user: u32) -> Result<()> {
        let own = self.users.get(&user).copied().unwrap_or(0);
        if user != ROOT {
            let roots = self.users.get(&ROOT).copied().unwrap_or(0);
            let all: usize = self.users.values().sum();
            if own >= PORTS {
                return Err(Error::EMFILE);
            }
            if all - roots >= ALL {
                return Err(Error::ENFILE);
            }
        }
        self.users.insert(user, own + 1);
        Ok(())
    }

    /// The port was made.
    pub fn made(&mut self, port: usize, user: u32) {
        self.ports.insert(port, user);
    }

    /// It was not made.
    pub fn release(&mut self, user: u32) {
        if let Some(count) = self.users.get_mut(&user) {
            *count -= 1;
            if *count == 0 {
                self.users.remove(&user);
            }
        }
    }

    /// It is gone.
    pub fn gone(&mut self, port: usize) {
        if let Some(user) = self.ports.remove(&port) {
            self.release(user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(ports: &mut Ports, user: u32) -> usize {
        (0..2 * ALL)
            .take_while(|_| ports.reserve(user).is_ok())
            .count()
    }

    #[test]
    fn a_user_has_a_quarter_of_all_at_most_and_root_what_it_likes() {
        let mut ports = Ports::new();
        assert_eq!(fill(&mut ports, ROOT), 2 * ALL);
        for user in 1001..1005 {
            assert_eq!(fill(&mut ports, user), PORTS);
            assert_eq!(ports.reserve(user), Err(Error::EMFILE));
        }
        assert_eq!(ports.reserve(1005), Err(Error::ENFILE));
        ports.release(1001);
        assert_eq!(ports.reserve(1005), Ok(()));
    }

    #[test]
    fn what_is_gone_is_given_back_once() {
        let mut ports = Ports::new();
        ports.reserve(1001).unwrap();
        ports.made(0x1000, 1001);
        ports.gone(0x1000);
        ports.gone(0x1000);
        assert!(ports.users.is_empty() && ports.ports.is_empty());
        assert_eq!(fill(&mut ports, 1001), PORTS);
    }
}
