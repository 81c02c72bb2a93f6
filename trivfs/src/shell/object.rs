// SPDX-License-Identifier: GPL-2.0-or-later
//! A translator of any type, behind one that the C functions can name.
#![forbid(unsafe_code)]

use std::any::Any;

use crate::{Access, Interface, Opt, Result, Settings, Stat, Translator, User};

/// What an open keeps, of whatever type the translator wants.
pub type Open = Box<dyn Any + Send + Sync>;

/// [`Translator`] without its types.
pub trait Object: Send + Sync {
    fn open(&self, user: User<'_>, access: Access) -> Result<Open>;
    fn another_port(&self, user: User<'_>) -> Result<Box<dyn Any + Send>>;
    fn read(&self, open: &Open, offset: u64, amount: usize) -> Result<Vec<u8>>;
    fn size(&self, open: &Open) -> Result<u64>;
    fn stat(&self, stat: &mut Stat);
    fn in_use(&self) -> bool;
    fn interfaces(&self) -> &'static [Interface];
    fn show(&self) -> Vec<String>;
    fn line(&self) -> Box<dyn Line + '_>;
    fn any(&self) -> &(dyn Any + Send + Sync);
}

/// Options being collected: they hold when the whole line was right.
pub trait Line {
    fn options(&self) -> &'static [Opt];
    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String>;
    fn commit(self: Box<Self>) -> Result<()>;
}

/// The translator as an [`Object`].
pub struct Held<T>(pub T);

fn own<T: Translator>(open: &Open) -> Result<&T::Open> {
    // `open` below made it.
    open.downcast_ref().ok_or(crate::Error::EOPNOTSUPP)
}

impl<T: Translator> Object for Held<T> {
    fn open(&self, user: User<'_>, access: Access) -> Result<Open> {
        Ok(Box::new(self.0.open(user, access)?))
    }

    fn another_port(&self, user: User<'_>) -> Result<Box<dyn Any + Send>> {
        self.0.another_port(user)
    }

    fn read(&self, open: &Open, offset: u64, amount: usize) -> Result<Vec<u8>> {
        self.0.read(own::<T>(open)?, offset, amount)
    }

    fn size(&self, open: &Open) -> Result<u64> {
        self.0.size(own::<T>(open)?)
    }

    fn stat(&self, stat: &mut Stat) {
        self.0.stat(stat);
    }

    fn in_use(&self) -> bool {
        self.0.in_use()
    }

    fn interfaces(&self) -> &'static [Interface] {
        T::INTERFACES
    }

    fn show(&self) -> Vec<String> {
        self.0.settings().show()
    }

    fn line(&self) -> Box<dyn Line + '_> {
        Box::new(Change {
            translator: &self.0,
            settings: self.0.settings(),
        })
    }

    fn any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

struct Change<'a, T: Translator> {
    translator: &'a T,
    settings: T::Settings,
}

impl<T: Translator> Line for Change<'_, T> {
    fn options(&self) -> &'static [Opt] {
        T::Settings::OPTIONS
    }

    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        self.settings.set(name, value)
    }

    fn commit(self: Box<Self>) -> Result<()> {
        self.translator.change(self.settings)
    }
}

/// The command line, before there is a translator.
pub struct Start<S>(pub S);

impl<S: Settings> Line for Start<S> {
    fn options(&self) -> &'static [Opt] {
        S::OPTIONS
    }

    fn set(&mut self, name: &str, value: Option<&str>) -> Result<(), String> {
        self.0.set(name, value)
    }

    fn commit(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}
