// SPDX-License-Identifier: GPL-2.0-or-later
//! The ledger: how much each user has of what the server has little of.
//!
//! A [`Charge`] stands for an amount that is counted for one user and in the total. It is made
//! if it fits the [`Bound`]s, and gives the amount back when it is dropped. It says nothing
//! about what was bought with it, so it can outlive that: the pages of a removed segment that
//! is still mapped somewhere stay charged for as long as the memory object keeps the charge.
//!
//! # Who is charged
//! The user who makes the request, at the moment of the request. Root (user 0) is counted as
//! everybody, but no bound of a single user holds for root, nor does the total of what only
//! this server bounds ([`Bound::root_too`]): whatever users take, root is served.
//!
//! # Locks and threads
//! Charging an account and dropping a charge take no lock: both are a few atomic operations,
//! and may happen with any lock held. [`Ledger::account`] takes the lock of the table of
//! accounts for one lookup, under which nothing else is taken.
//!
//! A charge that does not fit the total is taken back from the user's own count. Until then
//! another call of the *same* user may find that count too high. Other users are not affected:
//! the total is raised only by charges that fit.
#![forbid(unsafe_code)]

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};

use lock_api::Mutex;

use crate::Error;
use crate::registry::permission::Caller;

/// The user to whom no bound of a single user applies.
pub const ROOT: u32 = 0;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Segments, by their creator.
    Segments,
    /// Pages of segments, by their creator: from creation until the kernel is done with them.
    Pages,
    /// Pages that the machine is to have room for: those without `SHM_NORESERVE`.
    Committed,
    /// Attachments on record, those of forks under way included.
    Attachments,
    /// Forks under way.
    Tickets,
    /// Opens of the server's node.
    Opens,
    /// Bytes of segments that `SHM_LOCK` wired, by the user who locked them.
    Locked,
}

impl Kind {
    const COUNT: usize = 7;

    /// As a log line names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Segments => "segments",
            Self::Pages => "pages",
            Self::Committed => "pages of memory and paging space",
            Self::Attachments => "attachments",
            Self::Tickets => "forks under way",
            Self::Opens => "opens",
            Self::Locked => "locked bytes",
        }
    }
}

/// How much there may be after a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Of the user who is charged. Root's is not looked at.
    pub user: u64,
    /// Of all users together.
    pub total: u64,
    /// Whether the total holds for root too.
    pub root_too: bool,
}

/// A bound that does not bind.
pub const UNBOUNDED: Bound = Bound {
    user: u64::MAX,
    total: u64::MAX,
    root_too: true,
};

/// Why a charge was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// What there is too much of.
    pub kind: Kind,
    /// The bound is the user's own; else it is that of all.
    pub own: bool,
    /// What was to be added.
    pub asked: u64,
    /// What is counted already.
    pub used: u64,
    /// The bound.
    pub limit: u64,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            own,
            asked,
            used,
            limit,
        } = *self;
        let whose = if own { "the user has" } else { "there are" };
        let name = kind.name();
        write!(
            f,
            "it asks for {asked} more, and {whose} {used} {name} of at most {limit}"
        )
    }
}

/// Why a call was refused: the errno, and the bound, if it was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// For the client.
    pub error: Error,
    /// For the log.
    pub full: Option<Full>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, full: None }
    }
}

impl Full {
    /// Refuses a call with `error` on this account.
    #[must_use]
    pub fn refuse(self, error: Error) -> Refused {
        Refused {
            error,
            full: Some(self),
        }
    }
}

/// A count of each kind.
#[derive(Debug, Default)]
struct Counts([AtomicU64; Kind::COUNT]);

impl Counts {
    fn of(&self, kind: Kind) -> &AtomicU64 {
        // As many kinds as counts: the index is in range.
        &self.0[kind as usize]
    }

    fn read(&self, kind: Kind) -> u64 {
        self.of(kind).load(Ordering::Relaxed)
    }

    /// Raises a count, unless it would exceed `limit`; answers the count that stands in the way.
    fn raise(&self, kind: Kind, amount: u64, limit: u64) -> Result<(), u64> {
        let raised = |used: u64| used.checked_add(amount).filter(|&sum| sum <= limit);
        self.of(kind)
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, raised)
            .map(drop)
    }

    fn lower(&self, kind: Kind, amount: u64) {
        let lowered = |used: u64| Some(used.saturating_sub(amount));
        // Cannot fail: the closure always answers a count.
        let _ = self
            .of(kind)
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, lowered);
    }
}

/// What one user has.
#[derive(Debug)]
pub struct Account {
    user: u32,
    counts: Counts,
    totals: Arc<Counts>,
}

impl Account {
    /// The user id.
    #[must_use]
    pub fn user(&self) -> u32 {
        self.user
    }

    /// How much the user has.
    #[must_use]
    pub fn used(&self, kind: Kind) -> u64 {
        self.counts.read(kind)
    }

    /// Whether `amount` more would fit now. Another thread may be faster than the charge.
    ///
    /// # Errors
    /// The bound that it would exceed.
    pub fn would_fit(&self, kind: Kind, amount: u64, bound: Bound) -> Result<(), Full> {
        let fits = |used: u64, limit: u64, own| {
            if used.checked_add(amount).is_some_and(|sum| sum <= limit) {
                return Ok(());
            }
            Err(Full {
                kind,
                own,
                asked: amount,
                used,
                limit,
            })
        };
        let (own, total) = self.limits(bound);
        fits(self.used(kind), own, true)?;
        fits(self.totals.read(kind), total, false)
    }

    /// Counts `amount` for this user, until the answer is dropped.
    ///
    /// # Errors
    /// The bound that it would exceed; nothing is counted then.
    pub fn charge(self: &Arc<Self>, kind: Kind, amount: u64, bound: Bound) -> Result<Charge, Full> {
        let (limit, total) = self.limits(bound);
        let full = |own, used, limit| Full {
            kind,
            own,
            asked: amount,
            used,
            limit,
        };
        self.counts
            .raise(kind, amount, limit)
            .map_err(|used| full(true, used, limit))?;
        if let Err(used) = self.totals.raise(kind, amount, total) {
            self.counts.lower(kind, amount);
            return Err(full(false, used, total));
        }
        Ok(Charge {
            account: Some(Arc::clone(self)),
            kind,
            amount,
            with: None,
        })
    }

    /// The user's own limit, and that of all.
    fn limits(&self, bound: Bound) -> (u64, u64) {
        match (self.user == ROOT, bound.root_too) {
            (false, _) => (bound.user, bound.total),
            (true, true) => (u64::MAX, bound.total),
            (true, false) => (u64::MAX, u64::MAX),
        }
    }
}

/// An amount counted for a user. Dropping it gives the amount back.
#[derive(Debug)]
#[must_use = "dropping a charge gives it back"]
pub struct Charge {
    /// `None`: it charges nobody.
    account: Option<Arc<Account>>,
    kind: Kind,
    amount: u64,
    /// The same amount is counted as this kind too.
    with: Option<Kind>,
}

impl Charge {
    /// Charges nobody anything: for memory that no client asked for.
    pub const fn nothing() -> Self {
        Self {
            account: None,
            kind: Kind::Pages,
            amount: 0,
            with: None,
        }
    }

    /// Who pays.
    #[must_use]
    pub fn user(&self) -> u32 {
        self.account.as_ref().map_or(ROOT, |account| account.user)
    }

    /// How much.
    #[must_use]
    pub fn amount(&self) -> u64 {
        self.amount
    }

    /// Counts the same amount as `kind` too, for as long as this charge.
    ///
    /// # Errors
    /// The bound that it would exceed; the whole charge is given back then.
    pub fn along(mut self, kind: Kind, bound: Bound) -> Result<Self, Full> {
        if let Some(account) = &self.account {
            let along = account.charge(kind, self.amount, bound)?;
            // From here on this charge gives both back.
            along.forget();
            self.with = Some(kind);
        }
        Ok(self)
    }

    /// Drops it without giving anything back.
    fn forget(mut self) {
        self.account = None;
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        let Some(account) = &self.account else {
            return;
        };
        for kind in [Some(self.kind), self.with].into_iter().flatten() {
            account.totals.lower(kind, self.amount);
            account.counts.lower(kind, self.amount);
        }
    }
}

/// Accounts to have before those of users who have nothing are looked for.
const FEW: usize = 64;

/// All accounts.
pub struct Ledger<R: lock_api::RawMutex> {
    accounts: Mutex<R, Accounts>,
    totals: Arc<Counts>,
}

struct Accounts {
    by_user: BTreeMap<u32, Arc<Account>>,
    /// At so many accounts, those of users who have nothing are dropped: so a server that ran
    /// for long remembers no more users than twice those who have something.
    full: usize,
}

impl<R: lock_api::RawMutex> Default for Ledger<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: lock_api::RawMutex> Ledger<R> {
    /// Nobody has anything.
    #[must_use]
    pub fn new() -> Self {
        let accounts = Accounts {
            by_user: BTreeMap::new(),
            full: FEW,
        };
        Self {
            accounts: Mutex::new(accounts),
            totals: Arc::default(),
        }
    }

    /// The account of `user`.
    pub fn account(&self, user: u32) -> Arc<Account> {
        let mut accounts = self.accounts.lock();
        if let Some(account) = accounts.by_user.get(&user) {
            return Arc::clone(account);
        }
        if accounts.by_user.len() >= accounts.full {
            // One reference is the table's own; others come from the table only, or from
            // another reference, so none can come now.
            accounts
                .by_user
                .retain(|_, account| Arc::strong_count(account) > 1);
            accounts.full = FEW.max(2 * accounts.by_user.len());
        }
        let account = Arc::new(Account {
            user,
            counts: Counts::default(),
            totals: Arc::clone(&self.totals),
        });
        accounts.by_user.insert(user, Arc::clone(&account));
        account
    }

    /// The account of whoever calls; see [`Caller::user`].
    pub fn account_of(&self, caller: &Caller<'_>) -> Arc<Account> {
        self.account(caller.user())
    }

    /// How much all users have together.
    pub fn total(&self, kind: Kind) -> u64 {
        self.totals.read(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    type Plain = Ledger<parking_lot::RawMutex>;

    const TEN: Bound = Bound {
        user: 10,
        total: 15,
        root_too: true,
    };

    #[test]
    fn a_charge_counts_until_it_is_dropped() {
        let ledger = Plain::new();
        let account = ledger.account(1000);
        let charge = account.charge(Kind::Pages, 7, TEN).unwrap();
        assert_eq!((charge.user(), charge.amount()), (1000, 7));
        assert_eq!(
            (account.used(Kind::Pages), ledger.total(Kind::Pages)),
            (7, 7)
        );
        assert_eq!(ledger.total(Kind::Segments), 0);
        drop(charge);
        assert_eq!(
            (account.used(Kind::Pages), ledger.total(Kind::Pages)),
            (0, 0)
        );
    }

    #[test]
    fn a_user_at_the_bound_is_refused_and_others_are_not() {
        let ledger = Plain::new();
        let (one, two) = (ledger.account(1), ledger.account(2));
        let _kept = one.charge(Kind::Pages, 10, TEN).unwrap();
        let full = Full {
            kind: Kind::Pages,
            own: true,
            asked: 1,
            used: 10,
            limit: 10,
        };
        assert_eq!(one.charge(Kind::Pages, 1, TEN).unwrap_err(), full);
        assert_eq!(one.would_fit(Kind::Pages, 1, TEN), Err(full));
        let _other = two.charge(Kind::Pages, 5, TEN).unwrap();
        let full = Full {
            own: false,
            used: 15,
            limit: 15,
            ..full
        };
        assert_eq!(two.charge(Kind::Pages, 1, TEN).unwrap_err(), full);
        assert_eq!(two.would_fit(Kind::Pages, 1, TEN), Err(full));
        assert_eq!(
            two.used(Kind::Pages),
            5,
            "the refused charge was taken back"
        );
    }

    #[test]
    fn root_has_no_bound_but_that_of_all() {
        let ledger = Plain::new();
        let root = ledger.account(ROOT);
        let _kept = root.charge(Kind::Pages, 15, TEN).unwrap();
        assert!(!root.charge(Kind::Pages, 1, TEN).unwrap_err().own);
        let lenient = Bound {
            root_too: false,
            ..TEN
        };
        assert!(root.charge(Kind::Pages, 1, lenient).is_ok());
    }

    #[test]
    fn a_charge_along_is_given_back_with_the_first() {
        let ledger = Plain::new();
        let account = ledger.account(1);
        let charge = account.charge(Kind::Pages, 4, TEN).unwrap();
        let charge = charge.along(Kind::Committed, TEN).unwrap();
        assert_eq!(ledger.total(Kind::Committed), 4);
        let more = account.charge(Kind::Pages, 6, UNBOUNDED).unwrap();
        let none = Bound {
            user: 9,
            total: 9,
            root_too: true,
        };
        assert!(more.along(Kind::Committed, none).is_err());
        assert_eq!(
            ledger.total(Kind::Pages),
            4,
            "the whole charge was given back"
        );
        drop(charge);
        assert_eq!(ledger.total(Kind::Committed), 0);
        assert_eq!(ledger.total(Kind::Pages), 0);
    }

    #[test]
    fn amounts_beyond_64_bits_are_refused() {
        let ledger = Plain::new();
        let account = ledger.account(1);
        let _kept = account.charge(Kind::Pages, u64::MAX, UNBOUNDED).unwrap();
        assert!(account.charge(Kind::Pages, 1, UNBOUNDED).is_err());
    }

    #[test]
    fn users_who_have_nothing_are_forgotten() {
        let ledger = Plain::new();
        let kept = ledger.account(7).charge(Kind::Opens, 1, TEN).unwrap();
        for user in 1000..2000 {
            drop(ledger.account(user));
        }
        assert!(ledger.accounts.lock().by_user.len() <= FEW);
        assert_eq!(ledger.account(7).used(Kind::Opens), 1);
        drop(kept);
    }

    /// Charges move between threads, and the sums come out.
    #[test]
    fn threads_agree_on_the_sum() {
        let ledger = Plain::new();
        std::thread::scope(|scope| {
            for user in 0..4 {
                let ledger = &ledger;
                scope.spawn(move || {
                    for _ in 0..1000 {
                        let account = ledger.account(user % 2);
                        let charges: Vec<_> = (0..3)
                            .filter_map(|n| account.charge(Kind::Pages, n, TEN).ok())
                            .collect();
                        assert!(ledger.total(Kind::Pages) <= TEN.total);
                        drop(charges);
                    }
                });
            }
        });
        assert_eq!(ledger.total(Kind::Pages), 0);
    }
}
