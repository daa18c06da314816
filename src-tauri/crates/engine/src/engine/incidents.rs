//! What persons do with records of incidents.

use super::Engine;
use crate::store::StoreError;
use crate::store::intents::Written;
use slipway_domain::humanize::names_there_are;
use slipway_domain::incident::{
    Hand, Incident, IncidentEntry, IncidentRefused, IncidentSummary, IncidentText, IncidentView, acknowledged, causes, closed, edited,
    in_order, is_way_out, lifted, log, markdown, noted, opened_by_hand, planned, summary, view, with_text,
};
use slipway_domain::plan::Plan;
use slipway_domain::snapshot::ServiceState;
use slipway_domain::time::Time;

#[derive(Debug, thiserror::Error)]
pub enum IncidentError {
    #[error("There is no incident {0}. `slipway incidents --all` lists them.")]
    NoSuchIncident(String),
    #[error("There is no service {name}. {known}")]
    NoSuchService { name: String, known: String },
    #[error("{service} has no environment {name}. {known}")]
    NoSuchEnvironment { service: String, name: String, known: String },
    #[error(transparent)]
    Refused(#[from] IncidentRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// Every record that is kept: open ones first, then the newest.
    pub async fn incidents(&self) -> Result<Vec<IncidentSummary>, IncidentError> {
        let all: Vec<Incident> = self.kept().await?;
        Ok(in_order(&all).into_iter().map(summary).collect())
    }

    pub async fn incident(&self, id: &str) -> Result<IncidentView, IncidentError> {
        Ok(view(&self.one_incident(id).await?))
    }

    /// What is not on its timeline, oldest first.
    pub async fn incident_log(&self, id: &str) -> Result<Vec<IncidentEntry>, IncidentError> {
        Ok(log(&self.one_incident(id).await?))
    }

    pub async fn incident_markdown(&self, id: &str) -> Result<String, IncidentError> {
        Ok(markdown(&self.one_incident(id).await?))
    }

    pub async fn open_incident(&self, service: &str, environment: &str, title: &str) -> Result<IncidentSummary, IncidentError> {
        let snapshot = self.snapshot();
        let names = || snapshot.services.iter().map(|state| state.name.as_str()).collect::<Vec<_>>();
        let state = snapshot.services.iter().find(|state| state.name == service).cloned();
        let no_service = || IncidentError::NoSuchService { name: service.to_owned(), known: names_there_are(service, &names()) };
        let state = state.ok_or_else(no_service)?;
        let Some(of_it) = state.environment(environment).cloned() else {
            let names: Vec<&str> = state.environments.iter().map(|environment| environment.name.as_str()).collect();
            let (service, name) = (service.to_owned(), environment.to_owned());
            return Err(IncidentError::NoSuchEnvironment { service, known: names_there_are(&name, &names), name });
        };
        let (title, by, at) = (title.to_owned(), self.by.clone(), self.now());
        let opened =
            self.change_kept(move |known: &[Incident]| match opened_by_hand(&state, &of_it, &title, Hand { by: &by, at }, known) {
                Ok(incident) => (Written::put(vec![incident.clone()]), Ok(incident)),
                Err(refused) => (Written::default(), Err(refused)),
            });
        Ok(summary(&opened.await??))
    }

    pub async fn close_incident(&self, id: &str, reason: &str) -> Result<(), IncidentError> {
        let reason = reason.to_owned();
        self.change_incident(id, move |incident, hand| closed(incident, &reason, hand)).await
    }

    /// The mark stays; this computer is not told again of what hurts now.
    pub async fn acknowledge_incident(&self, id: &str) -> Result<(), IncidentError> {
        let incident = self.one_incident(id).await?;
        let snapshot = self.snapshot();
        let environments = snapshot.services.iter().flat_map(|state| &state.environments);
        let hurting = environments.filter(|environment| environment.app == incident.app).flat_map(causes).collect::<Vec<_>>();
        self.change_incident(id, move |incident, hand| acknowledged(incident, hurting, hand)).await
    }

    /// `happened_at` None: just now.
    pub async fn add_incident_note(&self, id: &str, text: &str, happened_at: Option<Time>) -> Result<(), IncidentError> {
        let text = text.to_owned();
        self.change_incident(id, move |incident, hand| noted(incident, &text, happened_at, hand)).await
    }

    pub async fn edit_incident_entry(&self, id: &str, entry: &str, happened_at: Time, text: &str) -> Result<(), IncidentError> {
        let (entry, text) = (entry.to_owned(), text.to_owned());
        self.change_incident(id, move |incident, hand| edited(incident, &entry, happened_at, &text, hand)).await
    }

    /// Takes an entry of the log onto the timeline.
    pub async fn lift_incident_entry(&self, id: &str, entry: &str) -> Result<(), IncidentError> {
        let entry = entry.to_owned();
        self.change_incident(id, move |incident, _| lifted(incident, &entry)).await
    }

    pub async fn set_incident_text(&self, id: &str, field: IncidentText, text: &str) -> Result<(), IncidentError> {
        let text = text.to_owned();
        self.change_incident(id, move |incident, hand| Ok(with_text(incident, field, &text, hand))).await
    }

    /// That somebody looks at a way out of what hurts, in its record. What cannot be noted costs nobody the plan.
    pub(super) async fn note_plan(&self, state: &ServiceState, plan: &Plan) {
        let hurting = state.environments.iter().filter(|environment| is_way_out(&plan.action.kind, &environment.name));
        for head in hurting.filter_map(|environment| environment.incident.as_ref()) {
            let word = plan.action.word();
            let text = format!("Opened the plan: {}", plan.title);
            let is_noted = async |id: &str| {
                let incident = self.one_incident(id).await?;
                let next = planned(&incident, word, &text, Hand { by: &self.by, at: self.now() })?;
                Ok::<bool, IncidentError>(next == incident)
            };
            let noted = match is_noted(&head.id).await {
                Ok(true) => Ok(()),
                Ok(false) => {
                    let text = text.clone();
                    self.change_incident(&head.id, move |incident, hand| planned(incident, word, &text, hand)).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::warn!(%error, "that a plan was opened is not in the record");
            }
        }
    }

    async fn one_incident(&self, id: &str) -> Result<Incident, IncidentError> {
        let all: Vec<Incident> = self.kept().await?;
        all.into_iter().find(|incident| incident.id == id).ok_or_else(|| IncidentError::NoSuchIncident(id.to_owned()))
    }

    /// Changes the record as it is now, whoever wrote it last. What changes nothing writes nothing.
    pub(super) async fn change_incident(
        &self,
        id: &str,
        change: impl FnOnce(&Incident, Hand<'_>) -> Result<Incident, IncidentRefused> + Send + 'static,
    ) -> Result<(), IncidentError> {
        let (id, by, at) = (id.to_owned(), self.by.clone(), self.now());
        let changed = self.change_kept(move |known: &[Incident]| {
            let Some(incident) = known.iter().find(|incident| incident.id == id) else {
                return (Written::default(), Err(IncidentError::NoSuchIncident(id)));
            };
            match change(incident, Hand { by: &by, at }) {
                Ok(next) if next == *incident => (Written::default(), Ok(())),
                Ok(next) => (Written::put(vec![next]), Ok(())),
                Err(refused) => (Written::default(), Err(refused.into())),
            }
        });
        changed.await?
    }
}
