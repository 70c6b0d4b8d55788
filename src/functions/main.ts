// The deployed entry: each import registers its functions. Loading it reads settings for bindings only and never throws.
import './mask-failures.ts';
import './signs-of-life.ts';
import './backups.ts';
import './custom-vision-notifications.ts';
import './decisions.ts';
import './failover.ts';
import './history.ts';
import './index.ts';
import './projects.ts';
import './replicate-on-schedule.ts';
import './replication-work.ts';
import './status.ts';
import './metrics.ts';
import './resource-states.ts';
