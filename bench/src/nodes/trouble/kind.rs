//! The troubles, each with its beginning and its end.

use super::super::ground::Ground;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    StateKilled,
    StatePaused,
    StateRestarted,
    StateReadOnly,
    StateFull,
    StateEmptied,
    DatabaseKilled,
    DatabasePaused,
    DatabaseRestarted,
    BothKilled,
}

impl Kind {
    /// In the order in which they come.
    pub(super) const ALL: [Self; 10] = [
        Self::StateKilled,
        Self::StatePaused,
        Self::StateRestarted,
        Self::StateReadOnly,
        Self::StateFull,
        Self::StateEmptied,
        Self::DatabaseKilled,
        Self::DatabasePaused,
        Self::DatabaseRestarted,
        Self::BothKilled,
    ];

    /// It for the table.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::StateKilled => "Redis killed",
            Self::StatePaused => "Redis paused",
            Self::StateRestarted => "Redis restarted at once",
            Self::StateReadOnly => "Redis a read-only replica",
            Self::StateFull => "Redis out of memory",
            Self::StateEmptied => "Redis emptied",
            Self::DatabaseKilled => "PostgreSQL killed",
            Self::DatabasePaused => "PostgreSQL paused",
            Self::DatabaseRestarted => "PostgreSQL restarted",
            Self::BothKilled => "both killed",
        }
    }

    /// Lets it happen.
    pub(super) async fn begin(self, ground: &mut Ground) -> anyhow::Result<()> {
        match self {
            Self::StateKilled => ground.state.kill().await,
            Self::StatePaused => {
                ground.state.pause(true);
                Ok(())
            }
            Self::StateRestarted => {
                ground.state.kill().await?;
                ground.state.go_on().await
            }
            // Of nobody: it takes no writes for that alone.
            Self::StateReadOnly => ground.state.does("REPLICAOF 127.0.0.1 1"),
            Self::StateFull => ground.state.does("CONFIG SET maxmemory 1"),
            Self::StateEmptied => ground.state.does("FLUSHALL"),
            Self::DatabaseKilled => ground.database.kill().await,
            Self::DatabasePaused => {
                ground.database.pause(true);
                Ok(())
            }
            Self::DatabaseRestarted => {
                ground.database.stop().await?;
                ground.database.go_on().await
            }
            Self::BothKilled => {
                ground.state.kill().await?;
                ground.database.kill().await
            }
        }
    }

    /// Makes it good, as whoever looks after the machine would.
    pub(super) async fn end(self, ground: &mut Ground) -> anyhow::Result<()> {
        match self {
            Self::StateKilled => ground.state.go_on().await,
            Self::StatePaused => {
                ground.state.pause(false);
                Ok(())
            }
            Self::StateReadOnly => ground.state.does("REPLICAOF NO ONE"),
            Self::StateFull => ground.state.does("CONFIG SET maxmemory 0"),
            Self::StateRestarted | Self::StateEmptied | Self::DatabaseRestarted => Ok(()),
            Self::DatabaseKilled => ground.database.go_on().await,
            Self::DatabasePaused => {
                ground.database.pause(false);
                Ok(())
            }
            Self::BothKilled => {
                ground.database.go_on().await?;
                ground.state.go_on().await
            }
        }
    }
}
