// SPDX-License-Identifier: GPL-2.0-or-later
//! Names of port rights, by the kind of thing that the port stands for.
//!
//! A name is a number in this task's port space (`mach/port.h`), and all numbers look alike. With
//! these types a token cannot be taken for a task. None of them owns a right: the name of a right
//! that nobody here holds may stand for something else in the next moment. Which functions keep
//! the right, their documentation says.

use gnumach::right::{Name, SendRight};

macro_rules! names {
    ($($(#[$doc:meta])* $type:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Name);

        impl $type {
            /// The name, said to be of this kind.
            #[must_use]
            pub const fn new(name: Name) -> Self {
                Self(name)
            }

            /// The name for a call.
            #[must_use]
            pub const fn raw(self) -> Name {
                self.0
            }
        }
    )*};
}

names! {
    /// What a client sent as its task port. It may be any port, or none:
    /// [`Verified`](super::task::Verified) is one that was looked at.
    TaskName
    /// What `vm_region` calls a memory object, in any task (its *name port*).
    ObjectName
    /// A token: a port whose senders are a process that may have attachments.
    TokenName
    /// A ticket: a port whose senders are a fork under way.
    TicketName
}

/// The right to map a memory object: the object's own, or a proxy's.
#[derive(Debug)]
pub struct MemoryObject(SendRight);

impl MemoryObject {
    /// `right` is a memory object's, or a proxy's of one.
    #[must_use]
    pub const fn new(right: SendRight) -> Self {
        Self(right)
    }

    /// The name for `vm_map`.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0.name()
    }

    /// The right, for a reply.
    #[must_use]
    pub fn into_right(self) -> SendRight {
        self.0
    }
}
