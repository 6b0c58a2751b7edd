// On the page that asks for a login link: nobody is signed in here (any more), so no message may rest on this phone.
// What was not sent stays; it goes out when the same person signs in again.

import { Vault } from './vault.js';

new Vault().open().then((vault) => vault.wipe(false));
