// SPDX-License-Identifier: GPL-2.0-or-later
//! Rights that come in a request.
//!
//! They belong to the server's receive loop until the routine succeeds: on an error the loop
//! destroys the whole request with them. So a routine may look at a right, and takes it last.
//! With this type neither can go wrong: dropping it releases nothing, and what takes the right
//! consumes it.

use gnumach::right::{Name, SendRight, valid};

/// A send right of the request that is being served, or null or dead in its place.
#[derive(Debug)]
pub struct Lent(Name);

impl Lent {
    /// The right `name` of a request.
    ///
    /// # Safety
    /// The request that is being served carries this right, nobody else takes it, and it is
    /// destroyed with the request exactly if the routine fails.
    #[must_use]
    pub const unsafe fn new(name: Name) -> Self {
        Self(name)
    }

    /// The name, which still belongs to the request.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }

    /// Whether it is a right, and not null or dead.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        valid(self.0)
    }

    /// The routine succeeds: from now on the right is ours.
    #[must_use = "a right that is not kept is dropped"]
    pub fn take(self) -> SendRight {
        // SAFETY: see the contract of `new`; this consumes the only value for it.
        unsafe { SendRight::from_raw(self.0) }
    }
}
