//! `baton user`: adds people, and lets back in whoever forgot a password.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, ValueEnum};

use crate::boot::Boot;
use crate::clock::{Clock as _, SystemClock};
use crate::handoff::AgentId;
use crate::handoff::people::Role;
use crate::store::agents::{self, Agent};
use crate::store::audit::{self, Change};
use crate::store::{Store, sessions};
use crate::web::password;
use crate::web::settings::rules;

use super::{CliError, say};

/// Options of `baton user`.
#[derive(Debug, Args)]
pub struct Options {
    /// The address they sign in with.
    email: String,
    /// The name customers see. Needed for somebody new.
    #[arg(long)]
    name: Option<String>,
    /// What somebody new may do.
    #[arg(long, value_enum, default_value = "agent")]
    role: RoleName,
}

/// A role, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    /// Answers customers.
    Agent,
    /// Changes settings too.
    Admin,
}

pub(super) async fn run(boot: Boot, options: Options) -> Result<(), CliError> {
    let email = rules::email(&options.email).map_err(CliError::Words)?;
    let hash = password::hash(&read_password()?).map_err(|why| CliError::Words(why.to_string()))?;
    let store = Store::open(boot.database_url()).await?;
    store.migrate().await?;
    let tx = store.begin().await?;
    let done = match agents::by_email(&*tx, &email).await? {
        Some(agent) => {
            agents::set_password(&*tx, agent.id, &hash).await?;
            sessions::end_others(&*tx, agent.id, None).await?;
            format!("{} has a new password and is signed out everywhere.", agent.name)
        }
        None => {
            let name = options.name.ok_or_else(|| CliError::Words("give somebody new a name with --name".into()))?;
            let agent = Agent {
                id: AgentId(SystemClock.new_id()),
                email,
                name,
                role: match options.role {
                    RoleName::Agent => Role::Agent,
                    RoleName::Admin => Role::Admin,
                },
                theme: "system".into(),
                shortcuts: true,
                created_at: SystemClock.now(),
                disabled_at: None,
                duty: Default::default(),
            };
            agents::insert(&*tx, &agent, &hash).await?;
            format!("{} can sign in now.", agent.name)
        }
    };
    let change = Change {
        id: SystemClock.new_id(),
        at: SystemClock.now(),
        agent: None,
        action: "agent.set_on_command_line".into(),
        subject: options.email,
        detail: serde_json::Value::Null,
    };
    audit::insert(&*tx, &change).await?;
    tx.commit().await?;
    say(&done);
    Ok(store.close().await?)
}

/// Passwords come by standard input: arguments can be read by every user of the machine.
fn read_password() -> Result<String, CliError> {
    let input = std::io::stdin();
    if input.is_terminal() {
        say("Type the password and press Enter:");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}
