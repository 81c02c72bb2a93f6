// SPDX-License-Identifier: GPL-2.0-or-later
//! Port rights that are released when they are dropped.
//!
//! A name in a Mach port space counts user references; none of these types is
//! `Copy`, each owns exactly one reference (a [`ReceiveRight`] owns the
//! receive right), and `into_raw`/`from_raw` say who owes what.

use core::mem;

use crate::error::{Kern, check};
use crate::sys;
use crate::trap;

/// The name of a port right in this task's port space (`mach/port.h`).
pub type Name = sys::mach_port_t;

/// No right (`MACH_PORT_NULL`).
pub const NULL: Name = 0;
/// A right whose port died (`MACH_PORT_DEAD`).
pub const DEAD: Name = !0;

/// Whether `name` stands for some right: neither null nor dead (`MACH_PORT_VALID`).
#[must_use]
pub const fn valid(name: Name) -> bool {
    name != NULL && name != DEAD
}

/// One user reference to a send right, or to the dead name it became.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendRight(Name);

impl SendRight {
    /// Takes over one user reference that the caller owns.
    ///
    /// # Safety
    /// The caller owns one send (or dead-name) reference of `name` and gives it up.
    #[must_use]
    pub const unsafe fn from_raw(name: Name) -> Self {
        Self(name)
    }

    /// Makes a reference of our own to a right that somebody else owns, such as
    /// one in a request that may still fail.
    ///
    /// # Errors
    /// `KERN_INVALID_NAME` or `KERN_INVALID_RIGHT` where `name` is no send right.
    pub fn borrow_raw(name: Name) -> Result<Self, Kern> {
        add_send_references(name, 1)?;
        Ok(Self(name))
    }

    /// The name, still owned by `self`.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }

    /// Gives the reference up to the caller, who owes a `mach_port_deallocate`.
    #[must_use]
    pub fn into_raw(self) -> Name {
        let name = self.0;
        mem::forget(self);
        name
    }

    /// One more user reference.
    ///
    /// # Errors
    /// As `mach_port_mod_refs`; a right whose port died meanwhile cannot be cloned.
    pub fn try_clone(&self) -> Result<Self, Kern> {
        Self::borrow_raw(self.0)
    }
}

impl Drop for SendRight {
    fn drop(&mut self) {
        if valid(self.0) {
            // SAFETY: `self` owns one user reference of this name, and this is its last use.
            unsafe { trap::mach_port_deallocate(trap::mach_task_self(), self.0) };
        }
    }
}

/// A send right that came in a request, and belongs to the request until it succeeds: on an error
/// the receive loop destroys the request with its rights, so nothing may be released twice. That
/// is why dropping this type releases nothing.
#[derive(Debug)]
pub struct Requested<'a>(Name, core::marker::PhantomData<&'a ()>);

impl Requested<'_> {
    /// The right `name` of the request in work.
    ///
    /// # Safety
    /// The request brought one reference to `name` and lives as long as this, there is no other
    /// value for that reference, and the reference is destroyed with the request exactly if the
    /// routine fails.
    #[must_use]
    pub const unsafe fn new(name: Name) -> Self {
        Self(name, core::marker::PhantomData)
    }

    /// The name, which may be null or dead: a client sends what it likes.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }

    /// Whether it is a right, and neither null nor dead.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        valid(self.0)
    }

    /// A reference of our own, which outlives the request.
    ///
    /// # Errors
    /// As [`SendRight::borrow_raw`].
    pub fn to_owned(&self) -> Result<SendRight, Kern> {
        SendRight::borrow_raw(self.0)
    }

    /// The routine succeeds: from now on the request's reference is ours.
    #[must_use = "a right that is not kept is dropped"]
    pub fn take(self) -> SendRight {
        // SAFETY: the contract of `new`; this consumes the only value for the reference.
        unsafe { SendRight::from_raw(self.0) }
    }

    /// Releases the request's reference: for a routine that succeeds, last of all.
    pub fn consume(self) {
        drop(self.take());
    }
}

/// A send-once right. Its port is told when the right is dropped unused
/// (`MACH_NOTIFY_SEND_ONCE`).
#[derive(Debug, PartialEq, Eq)]
pub struct SendOnceRight(Name);

impl SendOnceRight {
    /// Takes over a send-once right, which may be null.
    ///
    /// # Safety
    /// The caller owns the right and gives it up.
    #[must_use]
    pub const unsafe fn from_raw(name: Name) -> Self {
        Self(name)
    }

    /// The name, still owned by `self`.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }

    /// Gives the right up to the caller, who sends with it or owes a `mach_port_deallocate`.
    #[must_use]
    pub fn into_raw(self) -> Name {
        let name = self.0;
        mem::forget(self);
        name
    }
}

impl Drop for SendOnceRight {
    fn drop(&mut self) {
        if valid(self.0) {
            // SAFETY: `self` owns the right, and this is its last use.
            unsafe { trap::mach_port_deallocate(trap::mach_task_self(), self.0) };
        }
    }
}

/// Adds `delta` user references to a send right (takes them away when negative).
///
/// # Errors
/// As `mach_port_mod_refs`.
pub fn add_send_references(name: Name, delta: i32) -> Result<(), Kern> {
    // SAFETY: changes the count of a name of this task; it touches no memory.
    // A wrong count is the caller's logic error, not unsoundness.
    check(unsafe {
        sys::mig_k_mach_port_mod_refs(
            trap::mach_task_self(),
            name,
            sys::MACH_PORT_RIGHT_SEND,
            delta,
        )
    })
}

/// A receive right; the port dies when it is dropped.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiveRight(Name);

impl ReceiveRight {
    /// A new port.
    ///
    /// # Errors
    /// `KERN_NO_SPACE`, `KERN_RESOURCE_SHORTAGE`: the port space is full.
    pub fn allocate() -> Result<Self, Kern> {
        let mut name = NULL;
        // SAFETY: `name` is a valid out-pointer; on success it is a receive right that we own.
        check(unsafe {
            trap::mach_port_allocate(
                trap::mach_task_self(),
                sys::MACH_PORT_RIGHT_RECEIVE,
                &mut name,
            )
        })?;
        Ok(Self(name))
    }

    /// Takes over a receive right.
    ///
    /// # Safety
    /// The caller owns the receive right `name` and gives it up.
    #[must_use]
    pub const unsafe fn from_raw(name: Name) -> Self {
        Self(name)
    }

    /// The name, still owned by `self`.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }

    /// Gives the receive right up to the caller.
    #[must_use]
    pub fn into_raw(self) -> Name {
        let name = self.0;
        mem::forget(self);
        name
    }

    /// A send right to this port.
    ///
    /// # Errors
    /// As `mach_port_insert_right`.
    pub fn make_send(&self) -> Result<SendRight, Kern> {
        // SAFETY: the name is our receive right; on success we own one more send reference of it.
        check(unsafe {
            trap::mach_port_insert_right(
                trap::mach_task_self(),
                self.0,
                self.0,
                sys::MACH_MSG_TYPE_MAKE_SEND,
            )
        })?;
        Ok(SendRight(self.0))
    }

    /// Lets `set` receive what is sent to this port.
    ///
    /// # Errors
    /// As `mach_port_move_member`.
    pub fn move_to(&self, set: &PortSet) -> Result<(), Kern> {
        // SAFETY: both names are receive right and port set of this task.
        check(unsafe { sys::mig_k_mach_port_move_member(trap::mach_task_self(), self.0, set.0) })
    }

    /// What is received from this port says `payload` from now on, in place of its name.
    ///
    /// # Errors
    /// As `mach_port_set_protected_payload`.
    pub fn set_payload(&self, payload: usize) -> Result<(), Kern> {
        // SAFETY: the name is our receive right; the number means nothing to the kernel.
        check(unsafe {
            sys::mig_k_mach_port_set_protected_payload(trap::mach_task_self(), self.0, payload as _)
        })
    }

    /// Asks for a `MACH_NOTIFY_NO_SENDERS` message to this same port once at
    /// least `sync` send rights have been made and none is left.
    ///
    /// # Errors
    /// As `mach_port_request_notification`.
    pub fn notify_no_senders(&self, sync: u32) -> Result<(), Kern> {
        let mut previous = NULL;
        // SAFETY: asks the kernel to make a send-once right from our own receive right.
        check(unsafe {
            sys::mig_k_mach_port_request_notification(
                trap::mach_task_self(),
                self.0,
                sys::MACH_NOTIFY_NO_SENDERS as _,
                sync,
                self.0,
                sys::MACH_MSG_TYPE_MAKE_SEND_ONCE,
                &mut previous,
            )
        })?;
        // SAFETY: the kernel handed us the send-once right of the request this one replaces.
        drop(unsafe { SendOnceRight::from_raw(previous) });
        Ok(())
    }

    /// Asks the kernel whether anybody holds a send right, how many were made, and how many
    /// messages wait.
    ///
    /// # Errors
    /// As `mach_port_get_receive_status`.
    pub fn status(&self) -> Result<Status, Kern> {
        let mut status: sys::mach_port_status_t = Default::default();
        // SAFETY: `status` is a valid out-pointer of the type the routine fills.
        check(unsafe {
            sys::mig_k_mach_port_get_receive_status(trap::mach_task_self(), self.0, &mut status)
        })?;
        Ok(Status {
            has_senders: status.mps_srights != 0,
            made: status.mps_mscount,
            waiting: status.mps_msgcount,
        })
    }
}

impl Drop for ReceiveRight {
    fn drop(&mut self) {
        if valid(self.0) {
            // SAFETY: `self` owns the receive right, and this is its last use.
            unsafe {
                sys::mig_k_mach_port_mod_refs(
                    trap::mach_task_self(),
                    self.0,
                    sys::MACH_PORT_RIGHT_RECEIVE,
                    -1,
                )
            };
        }
    }
}

/// What the kernel says of a port we receive on (`mach_port_status_t`).
#[derive(Clone, Copy, Debug)]
pub struct Status {
    /// Some send right exists, in a port space or in a message under way.
    pub has_senders: bool,
    /// How many send rights were made from the receive right so far.
    pub made: u32,
    /// How many messages wait to be received.
    pub waiting: u32,
}

/// A port set: receives for all its members.
#[derive(Debug)]
pub struct PortSet(Name);

impl PortSet {
    /// A new, empty set.
    ///
    /// # Errors
    /// As `mach_port_allocate`.
    pub fn allocate() -> Result<Self, Kern> {
        let mut name = NULL;
        // SAFETY: `name` is a valid out-pointer; on success it is a port set that we own.
        check(unsafe {
            trap::mach_port_allocate(
                trap::mach_task_self(),
                sys::MACH_PORT_RIGHT_PORT_SET,
                &mut name,
            )
        })?;
        Ok(Self(name))
    }

    /// The name, still owned by `self`.
    #[must_use]
    pub const fn name(&self) -> Name {
        self.0
    }
}

impl Drop for PortSet {
    fn drop(&mut self) {
        // SAFETY: `self` owns the set; its members stay, outside of any set.
        unsafe {
            sys::mig_k_mach_port_mod_refs(
                trap::mach_task_self(),
                self.0,
                sys::MACH_PORT_RIGHT_PORT_SET,
                -1,
            )
        };
    }
}
