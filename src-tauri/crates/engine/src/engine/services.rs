//! Services: trying, adding, changing, ordering and removing them.

use super::Engine;
use crate::accounts::new_account::SetupError;
use crate::service_trial::Trier;
use crate::store::intents::Written;
use crate::store::service_edit::Edited;
use slipway_domain::humanize::names_there_are;
use slipway_domain::inbox::InboxItem;
use slipway_domain::service::Service;
use slipway_domain::trial::{PartPlace, Trials};

impl Engine {
    /// In the order that was chosen.
    pub fn services(&self) -> Vec<Service> {
        self.store.services().unwrap_or_default()
    }

    /// What of the service is there and can be read. Only reads, and stores nothing; see `service_trial` for the
    /// number of requests. `places`: what is tried; a part that the service does not have is left out.
    pub async fn try_service(&self, service: &Service, places: &[PartPlace]) -> Trials {
        let snapshot = self.snapshot();
        let trier = Trier { accounts: &self.accounts, http: self.accounts.http(), board: &snapshot.services };
        let parts = trier.try_parts(service, places).await;
        Trials { at: self.now(), parts }
    }

    pub async fn add_service(&self, service: Service) -> Result<(), SetupError> {
        self.accounts.check_named(&service)?;
        self.accounts.check_roles(&service)?;
        if !self.store.add_service(&service)? {
            return Err(SetupError::Changed(format!("There is a service {} meanwhile; nothing was saved.", service.name)));
        }
        self.reconfigured().await
    }

    /// Saves `new` in place of `was`, what the service was when the edit began: what another process has changed
    /// since is not overwritten. A new name is refused while an action on the service is open, since that is followed
    /// under the name it was taken with; the journal keeps the name that its entries were written with.
    pub async fn edit_service(&self, was: &Service, new: Service) -> Result<(), SetupError> {
        self.accounts.check_named(&new)?;
        self.accounts.check_roles(&new)?;
        if was.name != new.name {
            self.check_no_open_action(&was.name)?;
        }
        let name = &was.name;
        match self.store.edit_service(was, &new)? {
            Edited::Saved => {
                // The service is saved, whatever becomes of its inbox.
                let renamed = if was.name == new.name { Ok(()) } else { self.rename_in_inbox(was.name.clone(), new.name.clone()).await };
                self.reconfigured().await?;
                renamed
            }
            Edited::Gone => Err(SetupError::Changed(format!("{name} was removed meanwhile; nothing was saved."))),
            Edited::Changed(_) => Err(SetupError::Changed(format!("{name} was changed meanwhile by another program; nothing was saved."))),
            Edited::Taken => Err(SetupError::Usage(format!("There is a service {} already.", new.name))),
        }
    }

    /// What was read, done or put off of a service stays so under its new name. No process follows the inbox by a
    /// configuration that another has changed since.
    async fn rename_in_inbox(&self, from: String, to: String) -> Result<(), SetupError> {
        let rename = move |known: &[InboxItem]| {
            let of_it = known.iter().filter(|item| item.service.as_deref() == Some(&from));
            (Written::put(of_it.map(|item| item.renamed(&to)).collect()), ())
        };
        self.intents.change_kept(rename).await?;
        Ok(())
    }

    fn check_no_open_action(&self, name: &str) -> Result<(), SetupError> {
        let open = self.intents.all_now()?.into_iter().find(|entry| entry.service == name && entry.is_open());
        open.map_or(Ok(()), |entry| {
            let action = entry.action.replace('_', " ");
            let what = format!("{name} cannot be renamed while an action on it is open: {action} of {}", entry.target);
            Err(SetupError::Usage(format!("{what}. Wait for its outcome, or settle it in the journal.")))
        })
    }

    /// Puts the service at this place of the order, counted from 0; past the end is last.
    pub async fn move_service(&self, name: &str, to: usize) -> Result<(), SetupError> {
        if !self.store.move_service(name, to)? {
            return Err(self.no_service(name));
        }
        self.reconfigured().await
    }

    pub async fn remove_service(&self, name: &str) -> Result<(), SetupError> {
        if !self.store.remove_service(name)? {
            return Err(self.no_service(name));
        }
        self.reconfigured().await
    }

    /// The error for a name that no service has, with those that there are.
    fn no_service(&self, name: &str) -> SetupError {
        let names: Vec<String> = self.services().into_iter().map(|service| service.name).collect();
        SetupError::Usage(format!("There is no service {name}. {}", names_there_are(name, &names)))
    }
}
