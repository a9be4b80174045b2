"""Working the chunks of a batch: jobs are armed, sent and waited for; those of unknown fate are looked for."""
