//! The shop's staff: roles and what each may do. Leaves to others: accounts (`store`), asking for it (`console`).

crate::closed_set! {
    /// What a member of staff is.
    Role {
        /// Reads along.
        Viewer = "viewer",
        /// Talks to shoppers.
        Agent = "agent",
        /// Leads agents.
        Supervisor = "supervisor",
        /// Runs the console.
        Admin = "admin",
    }
}

crate::closed_set! {
    /// One thing that may be done in the console.
    Permission {
        /// See lists of conversations and transcripts, private data masked.
        Read = "read",
        /// Claim, reply, hand back, resolve, snooze.
        Reply = "reply",
        /// Give a conversation to somebody else, and take one from somebody.
        Assign = "assign",
        /// Label conversations.
        Label = "label",
        /// Write notes, correct what was understood, judge answers.
        Review = "review",
        /// See phones, names and addresses in full; each time is put on record.
        Reveal = "reveal",
        /// Download corrections and scripted tests.
        ExportLearning = "export_learning",
        /// See figures.
        ReadFigures = "read_figures",
        /// Download figures.
        ExportFigures = "export_figures",
        /// See the shop's alerts.
        ReadAlerts = "read_alerts",
        /// Mark alerts as seen.
        SettleAlerts = "settle_alerts",
        /// Write canned replies and labels for all.
        ManageWords = "manage_words",
        /// Make, change and lock accounts.
        ManageStaff = "manage_staff",
        /// Office hours and retention.
        ManageSettings = "manage_settings",
        /// See the audit.
        ReadAudit = "read_audit",
        /// Download everything about a customer.
        ExportCustomer = "export_customer",
        /// Erase a customer.
        EraseCustomer = "erase_customer",
    }
}

impl Role {
    /// Whether the role has the permission.
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        let least = match permission {
            P::Read | P::ReadFigures => Role::Viewer,
            P::Reply | P::Label | P::Review | P::Reveal | P::ReadAlerts => Role::Agent,
            P::Assign | P::ExportLearning | P::ExportFigures | P::SettleAlerts | P::ManageWords => Role::Supervisor,
            P::ManageStaff | P::ManageSettings | P::ReadAudit | P::ExportCustomer | P::EraseCustomer => Role::Admin,
        };
        self >= least
    }
}

/// The name under which a member of staff signs in: 2 to 32 letters, digits, dots, dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Login(String);

/// A text that is no login.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no login: write 2 to 32 small letters, digits, dots or dashes")]
pub struct ParseLoginError(String);

impl Login {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Login {
    type Err = ParseLoginError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        let is_fine = (2..=32).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte));
        if is_fine { Ok(Login(text)) } else { Err(ParseLoginError(text.chars().take(40).collect())) }
    }
}

impl TryFrom<String> for Login {
    type Error = ParseLoginError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Login> for String {
    fn from(login: Login) -> String {
        login.0
    }
}

impl std::fmt::Display for Login {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_one_below_it_may() {
        for permission in Permission::ALL {
            let may: Vec<bool> = Role::ALL.iter().map(|role| role.may(*permission)).collect();
            assert!(may.windows(2).all(|pair| pair[0] <= pair[1]), "{permission}: {may:?}");
            assert!(Role::Admin.may(*permission));
        }
        assert!(!Role::Viewer.may(Permission::Reveal) && !Role::Agent.may(Permission::ManageStaff));
    }

    #[test]
    fn logins_are_plain() {
        assert_eq!("Li.Wei ".parse::<Login>().map(|login| login.to_string()), Ok("li.wei".to_owned()));
        for bad in ["", "a", "李伟", "a b", "x\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            assert!(bad.parse::<Login>().is_err(), "{bad}");
        }
    }
}
