//! What an administrator may do to somebody at the desk.
//!
//! Invariant: there is an administrator at any time. The rows of all of them are locked while one loses the role, so two
//! cannot remove each other at the same moment.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::handoff::AgentId;
use crate::handoff::people::{Duty, Role};
use crate::store::agents::{self, Agent};
use crate::store::sessions;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::agents::role_value;
use crate::web::settings::trail;
use crate::web::site::Site;

/// Conversations given back to the queue at once when somebody is deactivated.
const FREED_MAX: u64 = 10_000;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Another role.
    Role(Role),
    /// Another number of conversations at a time.
    Capacity(Option<u32>),
    /// May sign in again.
    Activate,
    /// May not sign in any more.
    Deactivate,
}

/// Takes a step: the agent as they are now, or why not, in words for the administrator.
pub(super) async fn take(
    site: &Site,
    who: &SignedIn,
    id: AgentId,
    step: Step,
) -> Result<Result<Agent, String>, Refusal> {
    let tx = site.desk.store.begin().await?;
    let admins = agents::lock_admins(&*tx).await?;
    if !admins.contains(&who.agent.id) {
        return Err(Refusal::Forbidden);
    }
    let agent = agents::find(&*tx, id).await?.ok_or(Refusal::NotFound("agent"))?;
    let changed = match decide(who.agent.id, &admins, agent, step, site.desk.clock.now()) {
        Ok(changed) => changed,
        Err(why) => return Ok(Err(why)),
    };
    agents::save(&*tx, &changed).await?;
    if step == Step::Deactivate {
        sessions::end_others(&*tx, id, None).await?;
    }
    let (action, detail) = match step {
        Step::Role(role) => ("agent.role", json!({ "name": changed.name, "role": role_value(role) })),
        Step::Capacity(capacity) => ("agent.capacity", json!({ "name": changed.name, "capacity": capacity })),
        Step::Activate => ("agent.activate", json!({ "name": changed.name })),
        Step::Deactivate => ("agent.deactivate", json!({ "name": changed.name })),
    };
    trail::record(site, &tx, who, action, &subject(id), detail).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(Ok(changed))
}

/// Gives what waits for somebody to the queue, so that no customer waits for a person who is gone; how many it was.
pub(super) async fn clear_desk(site: &Site, who: &SignedIn, agent: AgentId) -> Result<usize, Refusal> {
    let mut freed = 0;
    for conversation in agents::unfinished(site.desk.store.reader(), agent, FREED_MAX).await? {
        match site.desk.assign(conversation, who.agent.id, None).await {
            Ok(_) => freed += 1,
            Err(error) => tracing::warn!(%conversation, %error, "a conversation stays with a deactivated agent"),
        }
    }
    Ok(freed)
}

/// How the trail calls a person.
pub(super) fn subject(id: AgentId) -> String {
    format!("agent:{id}")
}

fn decide(me: AgentId, admins: &[AgentId], agent: Agent, step: Step, now: DateTime<Utc>) -> Result<Agent, String> {
    let stays_admin = matches!(step, Step::Role(Role::Admin) | Step::Activate | Step::Capacity(_));
    if agent.id == me && !stays_admin {
        let advice = match admins.len() {
            0 | 1 => "You are the only administrator. Make somebody else one first.",
            _ => "You cannot do this to yourself. Ask another administrator.",
        };
        return Err(advice.to_owned());
    }
    Ok(match step {
        Step::Role(role) => Agent { role, ..agent },
        Step::Capacity(capacity) => Agent { duty: Duty { capacity, ..agent.duty }, ..agent },
        Step::Activate => Agent { disabled_at: None, ..agent },
        Step::Deactivate => Agent { disabled_at: Some(agent.disabled_at.unwrap_or(now)), ..agent },
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::web::samples::now;

    const INES: AgentId = AgentId(Uuid::from_u128(1));
    const THEO: AgentId = AgentId(Uuid::from_u128(2));

    fn agent(id: AgentId, role: Role) -> Agent {
        Agent {
            id,
            email: "somebody@desk.example".into(),
            name: "Somebody".into(),
            role,
            theme: "system".into(),
            shortcuts: true,
            created_at: now(),
            disabled_at: None,
            duty: Default::default(),
        }
    }

    #[test]
    fn nobody_locks_themselves_out() {
        for step in [Step::Deactivate, Step::Role(Role::Agent)] {
            let why = decide(INES, &[INES], agent(INES, Role::Admin), step, now()).expect_err("refused");
            assert!(why.contains("only administrator"), "{why}");
            let why = decide(INES, &[INES, THEO], agent(INES, Role::Admin), step, now()).expect_err("refused");
            assert!(why.contains("another administrator"), "{why}");
        }
        assert!(decide(INES, &[INES], agent(INES, Role::Admin), Step::Role(Role::Admin), now()).is_ok());
    }

    #[test]
    fn an_administrator_changes_everybody_else() {
        let gone = decide(INES, &[INES, THEO], agent(THEO, Role::Admin), Step::Deactivate, now()).expect("allowed");
        assert_eq!((gone.disabled_at, gone.role), (Some(now()), Role::Admin));
        let back = decide(INES, &[INES], gone, Step::Activate, now()).expect("allowed");
        assert_eq!(back.disabled_at, None);
        let demoted = decide(INES, &[INES, THEO], back, Step::Role(Role::Agent), now()).expect("allowed");
        assert_eq!(demoted.role, Role::Agent);
    }
}
