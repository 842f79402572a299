// Generated from openapi.json; never edited.
export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process runs
         * @description Always 200 while the process runs. Checks nothing else.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process can serve
         * @description 503 while the process stops or cannot write to its database; balancers then send requests elsewhere.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Newest first, including ended ones, without secrets.
         *
         *     Roles: `admin`.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key
         * @description Only this reply contains the secret. Keys with one name belong to one principal: a retry under another key of the same principal is the same request, and no principal can approve what it requested.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `access.expiry_in_past` (422), `access.principal_kind_differs` (409), `access.principal_not_found` (404).
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Every process refuses the key within a second.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `access.key_not_found` (404).
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace an API key
         * @description Creates a new key with the same principal, role and expiry. The old one keeps working for the overlap, so that replicas can switch one by one. A principal rotates its own keys; an admin rotates any key.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `access.forbidden` (403), `access.key_ended` (409), `access.key_not_found` (404).
         */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assets
         * @description What the ledger counts: credits, currencies, stablecoins and native tokens of networks.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listAssets"];
        put?: never;
        /**
         * Create an asset
         * @description Kind and scale never change, since stored amounts depend on them. Creating the same asset again returns it.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `ledger.asset_exists` (409), `ledger.asset_not_found` (422).
         */
        post: operations["createAsset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description Who did what, newest first. The trail is append-only.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bank-payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payouts from providers to your bank, newest first
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listBankPayouts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what a front end needs
         * @description The providers that are configured, their flows, and their public keys.
         */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers, newest first
         * @description Newest first. `email` filters by e-mail address.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a customer
         * @description The customer's profile. Balances belong to the wallet.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404).
         */
        get: operations["getCustomer"];
        /**
         * Create or change a customer
         * @description The id is your own user id. An absent field stays as it is; null clears it.
         *
         *     Roles: `admin`, `service`.
         *
         *     Refusals of its own: `customers.not_found` (404).
         */
        put: operations["putCustomer"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A customer's invoices, newest first
         * @description Newest first, with the amounts due and paid.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404).
         */
        get: operations["listInvoices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payment-methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a customer's saved payment methods, newest first
         * @description As the providers have them now. While one does not answer, the last known ones with `stale: true`.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `provider.not_configured` (503).
         */
        get: operations["listPaymentMethods"];
        put?: never;
        /**
         * Save a payment method that the front end made
         * @description The front end creates it with the provider's library. Card data never reaches this service.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payment_methods.not_found` (404), `payment_methods.rejected` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["attachPaymentMethod"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payment-methods/{methodId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Detach a payment method
         * @description A provider's last one is refused with 409 `payment_methods.in_use` while an active subscription or an auto top-up there is paid with it.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payment_methods.in_use` (409), `payment_methods.not_found` (404), `payment_methods.rejected` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        delete: operations["detachPaymentMethod"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payment-methods/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the default payment method
         * @description Subscriptions and auto top-ups without a method of their own use it.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payment_methods.not_found` (404), `payment_methods.rejected` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        put: operations["setDefaultPaymentMethod"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payment-methods/setups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start saving a payment method
         * @description The front end completes it with the `clientSecret` and the provider's library, including authentication, so that the method can be charged later while the customer is away. Nothing is charged now.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payment_methods.rejected` (422), `payment_methods.setup_not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["createPaymentMethodSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payment-methods/setups/{setupId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the state of a payment method setup
         * @description Read from the provider, so that a page can poll it.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payment_methods.rejected` (422), `payment_methods.setup_not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        get: operations["getPaymentMethodSetup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payout-addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A customer's payout addresses, newest first
         * @description Includes removed addresses.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404).
         */
        get: operations["listPayoutAddresses"];
        put?: never;
        /**
         * Add a payout address
         * @description Usable once the cooling-off time has passed. Adding the same address again returns the same entry.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `payouts.address_not_listed` (422), `payouts.address_refused` (422), `payouts.invalid_address` (422), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.network_not_enabled` (422).
         */
        post: operations["addPayoutAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/payout-addresses/{addressId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a payout address
         * @description Payouts in progress continue.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `payouts.address_not_found` (404).
         */
        delete: operations["removePayoutAddress"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/portal-sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a billing portal session
         * @description The customer manages payment methods, invoices and subscriptions on the provider's page. Changes come back by webhook.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.rejected` (422).
         */
        post: operations["createPortalSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/subscriptions/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Summarize a customer's subscriptions
         * @description Subscriptions, the credits of their current cycles, and unpaid invoices in one reply.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `catalog.plan_not_found` (404), `customers.not_found` (404), `ledger.asset_not_found` (422).
         */
        get: operations["summarizeSubscriptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/customers/{customerId}/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a customer's wallet
         * @description One balance per asset the wallet ever held, and always CREDIT. With `asOf`, the balances at that moment.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `customers.not_found` (404), `ledger.asset_not_found` (422).
         */
        get: operations["getWallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deposits, newest first
         * @description Newest first. A customer's token sees only its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listDeposits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits/{depositId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a deposit
         * @description The coins that arrived, and what happened to them.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `deposits.not_found` (404).
         */
        get: operations["getDeposit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits/{depositId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a held deposit
         * @description Credits a deposit that was held back: too large to skip the look-up, not screened, or flagged.
         *
         *     Roles: `admin`, `finance`, `approver`.
         *
         *     Refusals of its own: `deposits.not_found` (404), `deposits.not_held` (409), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["approveDeposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits/{depositId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a held deposit
         * @description The coins stay on `unexplained`. The reason is kept.
         *
         *     Roles: `admin`, `finance`, `approver`.
         *
         *     Refusals of its own: `deposits.not_found` (404), `deposits.not_held` (409), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["rejectDeposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deposits/rescan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the provider to rescan a missed transaction
         * @description For a transaction that is on the chain but missing from the provider's list.
         *
         *     Roles: `admin`, `finance`, `approver`.
         *
         *     Refusals of its own: `provider.not_configured` (503), `provider.unavailable` (503), `treasury.network_not_enabled` (422).
         */
        post: operations["rescanDeposit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List disputes, newest first
         * @description Newest first.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listDisputes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{disputeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a dispute
         * @description Money that a bank took back or may take back, with what has moved so far.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `disputes.not_found` (404).
         */
        get: operations["getDispute"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/disputes/{disputeId}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stage evidence or submit it to the bank
         * @description Staged evidence can be changed. Submitted evidence is final.
         *
         *     Roles: `admin`, `service`, `finance`.
         *
         *     Refusals of its own: `disputes.evidence_closed` (409), `disputes.not_found` (404), `disputes.not_supported` (422), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `payments.not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["submitDisputeEvidence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events
         * @description Newest first. With `after`, oldest first in the order in which events become visible: use it to follow events, since late commits are never skipped. Ignore types you do not know; later versions may add more.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List exports, newest first
         * @description Without links: read one export for a link to its file.
         *
         *     Roles: `admin`, `finance`.
         */
        get: operations["listExports"];
        put?: never;
        /**
         * Request an export
         * @description A worker makes the file; read the export until it is `ready`. The same request as before is answered with the same export, as long as its file is kept and would be the same.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `exports.asset_unsuited` (422), `exports.field_unsuited` (422), `exports.format_unsuited` (422), `exports.mapping_unsuited` (422), `exports.not_configured` (503), `exports.not_found` (404), `exports.window_open` (422), `exports.window_reversed` (422), `exports.window_too_wide` (422), `ledger.asset_not_found` (422), `wallets.not_found` (404).
         */
        post: operations["createExport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{exportId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an export, with a new link to its file
         * @description Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `exports.not_found` (404).
         */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/exports/{exportId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the file of an export
         * @description For whoever has the link: it is signed, and expires.
         *
         *     Refusals of its own: `exports.bad_signature` (403), `exports.expired` (410), `exports.link_expired` (410), `exports.not_found` (404).
         */
        get: operations["downloadExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Grant to a customer
         * @description By customer id (created on first use) or by e-mail address.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `customers.email_ambiguous` (409), `customers.not_found` (404), `ledger.asset_not_found` (422), `lots.expiry_in_past` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["createGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Grant to up to 1,000 customers
         * @description Returns one result per item, in order. A refused item does not stop the others. Each item is granted at most once under a key, even when the first request was cut off half way.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `customers.email_ambiguous` (409), `customers.not_found` (404), `ledger.asset_not_found` (422), `lots.expiry_in_past` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["createBulkGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invoices/{invoiceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an invoice
         * @description With links to the provider's page and PDF.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `catalog.plan_not_found` (404), `invoices.not_found` (404), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        get: operations["getInvoice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invoices/{invoiceId}/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect an open invoice now
         * @description Uses `paymentMethodId` if one is given. A decline is not an error: see `failure`.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.plan_not_found` (404), `invoices.not_found` (404), `invoices.rejected` (422), `invoices.wrong_state` (409), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["payInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts with balances
         * @description The balances of all accounts of one asset sum to zero.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422).
         */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger/accounts/{accountId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an account with its balance
         * @description A wallet's balance of one asset, or a system account, now or at a past moment.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.account_not_found` (404), `ledger.asset_not_found` (422).
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List packages
         * @description Active ones, or those of a status.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listPackages"];
        put?: never;
        /**
         * Create a package
         * @description The package can be sold at once, in each currency it has a price in.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `catalog.code_taken` (409), `catalog.grants_refused` (422), `catalog.price_refused` (422), `ledger.asset_not_found` (422).
         */
        post: operations["createPackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/packages/{packageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a package
         * @description By id or code.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `catalog.package_not_found` (404).
         */
        get: operations["getPackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change or retire a package
         * @description Past sales keep their price.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `catalog.grants_refused` (422), `catalog.kind_fixed` (422), `catalog.package_not_found` (404), `catalog.price_refused` (422), `ledger.asset_not_found` (422).
         */
        patch: operations["updatePackage"];
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payments, newest first
         * @description Newest first. A customer's token sees only its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listPayments"];
        put?: never;
        /**
         * Start a payment
         * @description For a package, or for an amount. `payment_intent` returns a `clientSecret` for the provider's front-end library; `checkout` returns a `checkoutUrl` to send the customer to; `transfer` returns `instructions`. The wallet is credited when the provider confirms the money, whatever the customer's browser says.
         *
         *     With `dryRun=true` the reply is 200 with a `PaymentPreview`, under `x-dry-run` here.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.above_maximum` (422), `catalog.below_minimum` (422), `catalog.no_price` (422), `catalog.package_not_found` (404), `catalog.package_retired` (409), `catalog.price_fixed` (422), `catalog.price_needed` (422), `customers.not_found` (404), `ledger.asset_not_found` (422), `payments.currency_not_supported` (422), `payments.flow_not_supported` (422), `payments.grants_not_allowed` (403), `payments.payout_refused` (422), `payments.price_refused` (422), `payments.rejected` (422), `payments.return_url_refused` (422), `payments.too_many_open` (429), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["createPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a payment
         * @description The payment as recorded here. The service checks pending ones with the provider on its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `payments.not_found` (404).
         */
        get: operations["getPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an unpaid payment
         * @description Cancels the payment at the provider. Canceling twice has the same result as once.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `payments.confirm_not_supported` (422), `payments.not_found` (404), `payments.not_ready` (409), `payments.rejected` (422), `payments.too_many_confirmations` (409), `payments.wrong_state` (409), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["cancelPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a payment with a payment method
         * @description A decline is not an error: the payment stays open and carries its `failure`. 3-D Secure is returned as `nextAction`.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `payments.confirm_not_supported` (422), `payments.not_found` (404), `payments.not_ready` (409), `payments.rejected` (422), `payments.too_many_confirmations` (409), `payments.wrong_state` (409), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        post: operations["confirmPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/confirm-transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm that a bank transfer arrived
         * @description For a payment by `transfer`, once somebody saw the money on the account. A different amount is booked but credited to nobody: the payment stays `processing`, with its `reviewReason`. Sending the same line again changes nothing.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `payments.line_differs` (409), `payments.not_by_statement` (422), `payments.not_found` (404), `payments.not_ready` (409), `payments.wrong_currency` (422), `payments.wrong_state` (409), `provider.not_configured` (503).
         */
        post: operations["confirmTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refund a payment
         * @description What the payment granted is taken back in proportion. What was already spent becomes a debt that the next top-up repays. If the refund fails at the provider, the credits are restored.
         *
         *     With `dryRun=true` the reply is 200 with a `RefundPreview`, under `x-dry-run` here.
         *
         *     Roles: `admin`, `service`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payments.not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503), `refunds.exceeds_remainder` (422), `refunds.not_paid` (409), `refunds.not_supported` (422), `refunds.rejected` (422), `refunds.too_fine` (422), `refunds.too_small` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["createRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-controls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the payout controls
         * @description The kill switch, and the cooling-off time of new addresses.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["getPayoutControls"];
        /**
         * Stop or resume all payouts, or set the cooling-off time
         * @description A shorter cooling-off time returns 202 and waits as `pendingChange` until a second person approves it or PAYOUT_LOOSENING_DELAY_MINUTES have passed. The role `finance` may only make things stricter.
         *
         *     Roles: `admin`, `approver`, `finance`.
         *
         *     Refusals of its own: `access.forbidden` (403).
         */
        put: operations["setPayoutControls"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payout policies
         * @description Limits, thresholds and fees per stablecoin. Amounts in minor units of the stablecoin.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listPayoutPolicies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-policies/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the payout policy of a stablecoin
         * @description Stricter settings take effect at once. A looser limit returns 202 and waits as `pendingChange` until a second person approves it or PAYOUT_LOOSENING_DELAY_MINUTES have passed.
         *
         *     Roles: `admin`, `approver`.
         */
        put: operations["putPayoutPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-setting-changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes that loosen payout settings, newest first
         * @description Pending ones (waiting for a second person or for their time) and decided ones.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listPayoutSettingChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-setting-changes/{changeId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a change of payout settings
         * @description Takes effect at once. Needs another person than the requester, with a key that neither created for the other.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `payouts.second_person_required` (403), `payouts.setting_change_ended` (409), `payouts.setting_change_not_found` (404), `wallets.insufficient_balance` (402).
         */
        post: operations["approvePayoutSettingChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payout-setting-changes/{changeId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a change of payout settings
         * @description The current settings stay in force.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `payouts.setting_change_ended` (409), `payouts.setting_change_not_found` (404), `wallets.insufficient_balance` (402).
         */
        post: operations["cancelPayoutSettingChange"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payouts, newest first
         * @description Newest first, with their attempts. A customer's token sees only its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listPayouts"];
        put?: never;
        /**
         * Pay out to an on-chain address
         * @description Sets the money aside at once. The worker sends small payouts; larger ones wait for a second person. A payout whose outcome is `unknown` is never sent again automatically.
         *
         *     With `dryRun=true` the reply is 200 with a `PayoutQuote`, under `x-dry-run` here.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payments.not_found` (404), `payouts.address_cooling_off` (422), `payouts.address_not_listed` (422), `payouts.address_refused` (422), `payouts.already_paid_out` (409), `payouts.asset_not_payable` (422), `payouts.below_minimum` (422), `payouts.fee_exceeds_amount` (422), `payouts.invalid_address` (422), `payouts.less_than_expected` (422), `payouts.limit_exceeded` (422), `payouts.payment_not_payable` (422), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.amount_too_fine` (422), `treasury.asset_not_enabled` (422), `treasury.network_not_enabled` (422), `treasury.rate_not_available` (503), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402), `wallets.not_found` (404).
         */
        post: operations["createPayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payoutId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a payout with all its attempts
         * @description With every attempt, so that you can find each in the provider's dashboard.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `payouts.not_found` (404).
         */
        get: operations["getPayout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a payout before its approval
         * @description The `termsHash` changes too, so an approval of the old terms is refused.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payouts.address_cooling_off` (422), `payouts.address_not_listed` (422), `payouts.address_refused` (422), `payouts.asset_not_payable` (422), `payouts.below_minimum` (422), `payouts.fee_exceeds_amount` (422), `payouts.invalid_address` (422), `payouts.less_than_expected` (422), `payouts.limit_exceeded` (422), `payouts.not_found` (404), `payouts.payment_not_payable` (422), `payouts.terms_changed` (409), `payouts.wrong_status` (409), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.amount_too_fine` (422), `treasury.asset_not_enabled` (422), `treasury.network_not_enabled` (422), `treasury.rate_not_available` (503), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        patch: operations["changePayout"];
        trace?: never;
    };
    "/v1/payouts/{payoutId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a payout, as a second person
         * @description Send the `termsHash` of the payout that was reviewed. Not possible for whoever requested or edited it.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `payouts.four_eyes` (403), `payouts.not_found` (404), `payouts.terms_changed` (409), `payouts.wrong_status` (409).
         */
        post: operations["approvePayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payoutId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a payout before it is broadcast
         * @description Possible here until the payout is sent; after that the provider decides. The money returns to the wallet.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payouts.found_at_provider` (409), `payouts.not_found` (404), `payouts.wrong_status` (409), `provider.not_configured` (503), `provider.unavailable` (503), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["cancelPayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payoutId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a payout and return the money
         * @description The reason is kept, and the customer's balance is restored.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payouts.not_found` (404), `payouts.wrong_status` (409), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["rejectPayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/{payoutId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a failed payout, or resolve an unknown one
         * @description After a failure the money is set aside again. An unknown attempt needs a second person and a reason.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payouts.address_cooling_off` (422), `payouts.address_not_listed` (422), `payouts.address_refused` (422), `payouts.already_paid_out` (409), `payouts.attempted_meanwhile` (409), `payouts.found_at_provider` (409), `payouts.limit_exceeded` (422), `payouts.not_found` (404), `payouts.payment_not_payable` (422), `payouts.quote_expired` (409), `payouts.second_person_required` (403), `payouts.too_early` (409), `payouts.unclear_retry` (409), `payouts.wrong_status` (409), `provider.not_configured` (503), `provider.unavailable` (503), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["retryPayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payouts/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Quote a payout
         * @description Fees, rate and the amount that arrives. Not binding: the payout's `minimumReceived` guards against a worse rate.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `payments.not_found` (404), `payouts.address_cooling_off` (422), `payouts.address_not_listed` (422), `payouts.address_refused` (422), `payouts.asset_not_payable` (422), `payouts.below_minimum` (422), `payouts.fee_exceeds_amount` (422), `payouts.invalid_address` (422), `payouts.less_than_expected` (422), `payouts.payment_not_payable` (422), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.amount_too_fine` (422), `treasury.asset_not_enabled` (422), `treasury.network_not_enabled` (422), `treasury.rate_not_available` (503), `wallets.not_found` (404).
         */
        post: operations["quotePayout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/periods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List closed months, newest first
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listPeriods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/periods/{month}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a closed month
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `periods.not_found` (404).
         */
        get: operations["getPeriod"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/periods/{month}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a month
         * @description Keeps every account as it stood at the end of the month (UTC). What is heard of it later is booked in the open month, with its own date in `effectiveAt`. A month with open breaks is closed only with `acceptOpenBreaks` and a note. A closed month stays closed.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `periods.closed` (409), `periods.has_breaks` (409), `periods.not_over` (422).
         */
        post: operations["closePeriod"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List plans
         * @description Active ones, or those of a status.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listPlans"];
        put?: never;
        /**
         * Create a plan
         * @description Customers can subscribe once the provider has its product and prices, which are created automatically.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `catalog.code_taken` (409), `catalog.price_refused` (422), `ledger.asset_not_found` (422).
         */
        post: operations["createPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans/{planId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a plan
         * @description By id or code.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `catalog.plan_not_found` (404).
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change or retire a plan
         * @description Existing subscriptions keep their price.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `catalog.plan_not_found` (404), `catalog.price_refused` (422), `ledger.asset_not_found` (422).
         */
        patch: operations["updatePlan"];
        trace?: never;
    };
    "/v1/principals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List principals with their roles and keys
         * @description People and back ends, newest first, each with its keys and when each was last used.
         *
         *     Roles: `admin`.
         */
        get: operations["listPrincipals"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/principals/{principalId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a principal with its keys
         * @description The principal named by an audit event or a payout.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `access.principal_not_found` (404).
         */
        get: operations["getPrincipal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List packages and plans as the provider has them
         * @description Every package and plan is a product at every provider that bills, and each of its prices a price there. `drift` lists the differences. While the provider does not answer it is null, and `checked` is false.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `provider.not_configured` (503).
         */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sync packages and plans to the providers now
         * @description They are synced automatically when created or changed. This call repairs what was changed at the providers and returns the result at one of them. A large catalog is handed to the worker and answered with 202; `GET /v1/products` shows the progress.
         *
         *     Roles: `admin`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `provider.not_configured` (503).
         */
        post: operations["syncProducts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provider-transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transactions of providers' statements, last imported first
         * @description `bankPayout` lists what one payout to your bank is made of.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listProviderTransactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List breaks, newest first
         * @description `status=open` lists what somebody must look at.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422).
         */
        get: operations["listReconciliationBreaks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a break and its notes
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `reconciliation.break_not_found` (404).
         */
        get: operations["getReconciliationBreak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a write-off
         * @description By another person than the one who proposed it.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `reconciliation.break_not_found` (404), `reconciliation.not_proposed` (409), `reconciliation.same_person` (403), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["approveReconciliationBreak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say who looks after a break
         * @description Roles: `admin`, `finance`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `reconciliation.break_not_found` (404), `reconciliation.break_not_open` (409).
         */
        post: operations["assignReconciliationBreak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a note to a break
         * @description Roles: `admin`, `finance`, `approver`.
         *
         *     Refusals of its own: `reconciliation.break_not_found` (404).
         */
        post: operations["createReconciliationNote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a write-off
         * @description The break is open again. By another person than the one who proposed it.
         *
         *     Roles: `admin`, `approver`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `reconciliation.break_not_found` (404), `reconciliation.not_proposed` (409), `reconciliation.same_person` (403), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["rejectReconciliationBreak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliation-breaks/{breakId}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Book or write off a difference
         * @description Makes the ledger say what the provider says; the difference goes to the account that you name. A write-off above RECONCILIATION_WRITE_OFF_LIMIT waits for a second person. A break whose partner arrives closes by itself: resolve only what will not.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `reconciliation.amount_differs` (422), `reconciliation.break_not_found` (404), `reconciliation.break_not_open` (409), `reconciliation.not_resolvable` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["resolveReconciliationBreak"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List reconciliations, newest first
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listReconciliations"];
        put?: never;
        /**
         * Reconcile a provider's balance with the ledger
         * @description The worker reads the provider's statement, books what only the statement knows (fees, exchanges, payouts to your bank, reserves), matches the rest with the ledger, and opens a break for each difference. Poll the reconciliation, or wait for `reconciliation.completed`. The same runs every day for every provider. Repeating it books nothing twice.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503), `reconciliation.already_running` (409), `reconciliation.bad_window` (422), `reconciliation.too_much_to_preview` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["createReconciliation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reconciliations/{reconciliationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a reconciliation and its statements
         * @description Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `reconciliation.not_found` (404).
         */
        get: operations["getReconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refunds, newest first
         * @description Newest first. A customer's token sees only its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds/{refundId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a refund
         * @description The money that goes back, and the credits that were taken back for it.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `refunds.not_found` (404).
         */
        get: operations["getRefund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/statement-lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imported statement lines, newest first
         * @description `status=unmatched` lists money on the account that belongs to no known payment.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listStatementLines"];
        put?: never;
        /**
         * Import statement lines of a bank account
         * @description Incoming money, one line each. A line belongs to the payment whose reference its text contains (in any spacing and case) and whose currency it has. Every other line is kept as `unmatched`. Each line is booked on its own, and once.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `payments.not_by_statement` (422), `provider.not_configured` (503).
         */
        post: operations["importStatementLines"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List subscriptions, newest first
         * @description Newest first. A customer's token sees only its own.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         */
        get: operations["listSubscriptions"];
        put?: never;
        /**
         * Subscribe a customer to a plan
         * @description `payment_intent` returns a `clientSecret` for the provider's front-end library, unless a saved method pays at once; `checkout` returns a `checkoutUrl`. Credits come with each paid invoice.
         *
         *     With `dryRun=true` the reply is 200 with a `SubscriptionPreview`, under `x-dry-run` here.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.no_price` (422), `catalog.plan_not_found` (404), `catalog.plan_retired` (409), `catalog.price_refused` (422), `customers.not_found` (404), `ledger.asset_not_found` (422), `payment_methods.not_found` (404), `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.rejected` (422), `subscriptions.too_many` (422), `subscriptions.trial_not_allowed` (403).
         */
        post: operations["createSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a subscription
         * @description As last read from the provider, with the open dunning case if an invoice is unpaid.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `subscriptions.not_found` (404).
         */
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change plan or quantity
         * @description Credits are granted when the invoice for the change is paid. `dryRun` returns what `preview` returns.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.no_price` (422), `catalog.plan_not_found` (404), `catalog.plan_retired` (409), `catalog.price_refused` (422), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.change_pending` (409), `subscriptions.foreign_price` (409), `subscriptions.no_change` (409), `subscriptions.not_found` (404), `subscriptions.not_ready` (409), `subscriptions.proration_date_not_allowed` (403), `subscriptions.proration_needed` (403), `subscriptions.rejected` (422), `subscriptions.too_many` (422), `subscriptions.unpaid` (409), `subscriptions.wrong_state` (409).
         */
        patch: operations["changeSubscription"];
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a subscription, now or at the period's end
         * @description Credits that were already granted stay.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.not_found` (404), `subscriptions.not_ready` (409), `subscriptions.pause_not_allowed` (403), `subscriptions.rejected` (422), `subscriptions.wrong_state` (409).
         */
        post: operations["cancelSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a subscription
         * @description Invoices of paused periods are voided and grant nothing.
         *
         *     Roles: `admin`, `service`.
         *
         *     Refusals of its own: `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.not_found` (404), `subscriptions.not_ready` (409), `subscriptions.pause_not_allowed` (403), `subscriptions.rejected` (422), `subscriptions.wrong_state` (409).
         */
        post: operations["pauseSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview the next invoice, with or without a change
         * @description Amounts come from the provider. Credits are the effect on the wallet as it is now.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.no_price` (422), `catalog.plan_not_found` (404), `catalog.plan_retired` (409), `catalog.price_refused` (422), `ledger.asset_exists` (409), `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.change_pending` (409), `subscriptions.foreign_price` (409), `subscriptions.no_change` (409), `subscriptions.not_found` (404), `subscriptions.not_ready` (409), `subscriptions.proration_date_not_allowed` (403), `subscriptions.proration_needed` (403), `subscriptions.rejected` (422), `subscriptions.too_many` (422), `subscriptions.unpaid` (409), `subscriptions.wrong_state` (409).
         */
        post: operations["previewSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a cancellation at the period's end, or end a pause
         * @description A customer can undo its own cancellation. Only whoever started a pause can end it.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `provider.not_configured` (503), `provider.unavailable` (503), `subscriptions.not_found` (404), `subscriptions.not_ready` (409), `subscriptions.pause_not_allowed` (403), `subscriptions.rejected` (422), `subscriptions.wrong_state` (409).
         */
        post: operations["resumeSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transfers, newest first
         * @description Newest first, across all accounts.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listTransfers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transferId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a transfer
         * @description One movement between two accounts. A transfer never changes.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.transfer_not_found` (404).
         */
        get: operations["getTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the treasury: master wallets, gas and coverage
         * @description What the provider's wallets hold, compared with what is booked and what is owed.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503).
         */
        get: operations["getTreasury"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/fundings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List fundings, newest first
         * @description Coins of your own that were announced for a master wallet.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listFundings"];
        put?: never;
        /**
         * Announce a funding of a master wallet
         * @description Returns the address to send the coins to. Coins that arrive there in exactly this amount are booked as your own.
         *
         *     With `dryRun=true` the reply is 200 with what would happen, under `x-dry-run` here.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.asset_not_enabled` (422), `treasury.funding_not_found` (404), `treasury.network_not_enabled` (422).
         */
        post: operations["createFunding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/fundings/{fundingId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an announced funding
         * @description For coins that will not arrive. If they arrive after all, they are booked as unexplained.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `treasury.funding_not_expected` (409), `treasury.funding_not_found` (404).
         */
        post: operations["cancelFunding"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List coins received by master wallets, newest first
         * @description Announced, unexplained, and held for a decision.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listTreasuryReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/receipts/{receiptId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a held receipt
         * @description Books the coins: for an announced funding of that amount, otherwise on `unexplained`.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `treasury.receipt_not_found` (404), `treasury.receipt_not_held` (409), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["approveTreasuryReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/receipts/{receiptId}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reject a held receipt
         * @description For a receipt that repeats another one. Nothing is booked, and the reason is kept.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `treasury.receipt_not_found` (404), `treasury.receipt_not_held` (409), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402).
         */
        post: operations["rejectTreasuryReceipt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/treasury/wallets/{walletReference}/threshold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set a balance or gas threshold
         * @description An event is raised when the balance or the gas falls below it. Null removes the threshold.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `provider.not_configured` (503), `provider.unavailable` (503), `treasury.asset_not_enabled` (422), `treasury.wallet_not_found` (404).
         */
        put: operations["setTreasuryThreshold"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unexplained-receipts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List receipts that no payment explains
         * @description Booked on the system account `unexplained` and credited to nobody.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listUnexplainedReceipts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/unreadable-entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List provider entries that could not be read
         * @description The last hundred, newest first. Such an entry does not hide the rest of its list.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listUnreadableEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A wallet's deposit addresses, newest first
         * @description Includes rotated addresses, which stay watched.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `wallets.not_found` (404).
         */
        get: operations["listDepositAddresses"];
        put?: never;
        /**
         * Get a wallet's deposit address on a network
         * @description Created on first use. Returns the same address again unless `rotate` is set. One EVM address serves every EVM network.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `deposits.address_not_made` (503), `deposits.address_pending` (503), `deposits.too_many_addresses` (429), `provider.not_configured` (503), `provider.unavailable` (503), `treasury.network_not_enabled` (422), `wallets.not_found` (404).
         */
        post: operations["createDepositAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/auto-top-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a wallet's auto top-up
         * @description When it charges, what it charges, and what the customer agreed to.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.not_found` (404), `wallets.not_found` (404).
         */
        get: operations["getAutoTopUp"];
        /**
         * Set up an auto top-up
         * @description Charges the saved card when the balance runs low, while the customer is away. So each call needs the customer's consent, which is kept. At most one charge at a time, at most `monthlyCap` a month, and only at the agreed price. When the bank asks for the customer, the payment waits in `requires_action` with its `clientSecret`, and nothing else is charged meanwhile.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.cap_currency` (422), `auto_top_ups.cap_too_low` (422), `auto_top_ups.card_disputed` (409), `auto_top_ups.consent_implausible` (422), `auto_top_ups.consent_required` (422), `auto_top_ups.no_payment_method` (422), `auto_top_ups.other_asset` (422), `auto_top_ups.threshold_too_high` (422), `catalog.above_maximum` (422), `catalog.below_minimum` (422), `catalog.no_price` (422), `catalog.package_not_found` (404), `catalog.package_retired` (409), `catalog.price_fixed` (422), `catalog.price_needed` (422), `customers.not_found` (404), `ledger.asset_not_found` (422), `payments.currency_not_supported` (422), `payments.flow_not_supported` (422), `payments.grants_not_allowed` (403), `payments.payout_refused` (422), `payments.price_refused` (422), `payments.return_url_refused` (422), `payments.too_many_open` (429), `provider.not_configured` (503), `wallets.not_found` (404).
         */
        put: operations["putAutoTopUp"];
        post?: never;
        /**
         * Switch off a wallet's auto top-up
         * @description A charge that waits for the customer is canceled. Past charges and consents stay on record.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.not_found` (404), `wallets.not_found` (404).
         */
        delete: operations["deleteAutoTopUp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/auto-top-up/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the customer's consents, newest first
         * @description Kept as given: the proof of what the customer agreed to.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.not_found` (404), `wallets.not_found` (404).
         */
        get: operations["listAutoTopUpConsents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/auto-top-up/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List an auto top-up's charges, newest first
         * @description Each with its payment, or with the reason why nothing was charged.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.not_found` (404), `wallets.not_found` (404).
         */
        get: operations["listAutoTopUpAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/auto-top-up/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a paused auto top-up
         * @description Uses the existing consent. Only an administrator can resume after a dispute.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `auto_top_ups.card_disputed` (409), `auto_top_ups.method_unfit` (409), `auto_top_ups.not_found` (404), `auto_top_ups.off` (409), `provider.not_configured` (503), `wallets.not_found` (404).
         */
        post: operations["resumeAutoTopUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/conversions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Convert a stablecoin balance to credits
         * @description By amount, or for a package at its price in US dollars. `dryRun` returns the result at the current price.
         *
         *     With `dryRun=true` the reply is 200 with a `ConversionQuote`, under `x-dry-run` here.
         *
         *     Roles: `admin`, `service`, `customer`.
         *
         *     Refusals of its own: `catalog.above_maximum` (422), `catalog.below_minimum` (422), `catalog.no_price` (422), `catalog.package_not_found` (404), `catalog.package_retired` (409), `catalog.price_fixed` (422), `catalog.price_needed` (422), `ledger.asset_not_found` (422), `wallets.asset_not_convertible` (422), `wallets.balance_limit` (422), `wallets.conversion_too_small` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402), `wallets.less_than_expected` (422), `wallets.not_found` (404), `wallets.package_not_convertible` (422).
         */
        post: operations["createConversion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Credit a wallet
         * @description Grants to an existing wallet. The reason is kept.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `lots.expiry_in_past` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402), `wallets.not_found` (404).
         */
        post: operations["createCredit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/debits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Spend from a wallet
         * @description A balance never goes below zero: a shortfall is 402 with the available amount. Safe to retry with the same key.
         *
         *     Roles: `admin`, `service`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `wallets.balance_limit` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402), `wallets.not_found` (404).
         */
        post: operations["createDebit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/debt-write-offs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write off what a customer owes
         * @description The whole debt, or an amount of it. The wallet's balance does not change.
         *
         *     Roles: `admin`, `finance`.
         *
         *     Refusals of its own: `ledger.asset_not_found` (422), `wallets.balance_limit` (422), `wallets.exceeds_debt` (422), `wallets.frozen` (409), `wallets.insufficient_balance` (402), `wallets.not_found` (404), `wallets.nothing_owed` (409).
         */
        post: operations["writeOffDebt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A wallet's statement, newest first
         * @description Signed amounts, each with the balance after it: the customer's statement.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `wallets.not_found` (404).
         */
        get: operations["listEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wallets/{walletId}/lots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A wallet's lots, newest first
         * @description Credits that came together, with what is left of them and until when. Spending takes from the lot with the lowest priority number first, then from what expires soonest, then from what was given for nothing, then from the oldest.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`, `customer`.
         *
         *     Refusals of its own: `wallets.not_found` (404).
         */
        get: operations["listLots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook events, newest first
         * @description `status=dead` lists the dead letters.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook event with its payload
         * @description Only admins and services see the payload.
         *
         *     Roles: `admin`, `service`, `finance`, `approver`, `support`.
         *
         *     Refusals of its own: `webhooks.not_found` (404).
         */
        get: operations["getWebhookEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhook-events/{eventId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay a webhook event
         * @description For dead letters, once their cause is fixed. Replaying a processed event changes nothing.
         *
         *     Roles: `admin`, `service`.
         *
         *     Refusals of its own: `webhooks.not_found` (404).
         */
        post: operations["replayWebhookEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/blockradar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Called by blockradar
         * @description Authenticated by the signature over the raw body. 200 only once the event is durable.
         */
        post: operations["receiveBlockradarWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/coinbase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Called by coinbase
         * @description Authenticated by the signature over the raw body. 200 only once the event is durable.
         */
        post: operations["receiveCoinbaseWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhooks/stripe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Called by stripe
         * @description Authenticated by the signature over the raw body. 200 only once the event is durable.
         */
        post: operations["receiveStripeWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Minor units of the asset; null when beyond 2^53 - 1, which only a system account can be. */
            available: number | null;
            /** @description Minor units of the asset; null when beyond 2^53 - 1, which only a system account can be. */
            balance: number | null;
            /** @description The name of a system account, or `wallet`. */
            code: string;
            /** @description `balance` in digits, whatever its size. */
            exactBalance: string;
            /** @description Minor units of the asset. */
            held: number;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description Which kind it is.
             * @enum {string}
             */
            kind: "customer" | "system";
            /** @description Decimal digits: 2 means that 100 minor units are one. */
            scale: number;
            /** @description The wallet. */
            walletId: string | null;
        };
        AccountingPeriod: {
            /** @description The trial balance at the end of the month; of each asset it sums to zero. */
            balances: {
                /** @description A system account, or `wallets` for all customers'. */
                account: string;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                balance: string;
            }[];
            /**
             * Format: date-time
             * @description When it was closed.
             */
            closedAt: string;
            /** @description Who closed it: a principal. */
            closedBy: string;
            /**
             * Format: date-time
             * @description When it is over: the first moment after it.
             */
            endsAt: string;
            /** @description A calendar month, in UTC. */
            month: string;
            /** @description Words for a person. */
            note: string | null;
            /** @description How many breaks were open. */
            openBreaks: number;
        };
        /** @description - `accounting_period.closed`: A month was closed. */
        AccountingPeriodEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description A calendar month, in UTC. */
                month: string;
                /** @description How many breaks were open. */
                openBreaks: number;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "accounting_period.closed";
        };
        /** @description A key, without its secret. */
        ApiKey: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description The principal that made it. */
            createdBy: string;
            /** @description When it ends; null: never. */
            expiresAt: string | null;
            /** @description The first characters of the secret. */
            hint: string;
            /** @description Names the key; it is not the secret. */
            id: string;
            /** @description The last use, to the minute; null: never used. */
            lastUsedAt: string | null;
            /** @description The name it was made under. */
            name: string;
            /** @description Whose key it is. */
            principalId: string;
            /** @description When it was revoked; null: it was not. */
            revokedAt: string | null;
            /**
             * @description What the key may do.
             * @enum {string}
             */
            role: "admin" | "service" | "finance" | "approver" | "support";
        };
        /** @description A new key with its secret. */
        ApiKeyWithSecret: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description The principal that made it. */
            createdBy: string;
            /** @description When it ends; null: never. */
            expiresAt: string | null;
            /** @description The first characters of the secret. */
            hint: string;
            /** @description Names the key; it is not the secret. */
            id: string;
            /** @description The last use, to the minute; null: never used. */
            lastUsedAt: string | null;
            /** @description The name it was made under. */
            name: string;
            /** @description Whose key it is. */
            principalId: string;
            /** @description When it was revoked; null: it was not. */
            revokedAt: string | null;
            /**
             * @description What the key may do.
             * @enum {string}
             */
            role: "admin" | "service" | "finance" | "approver" | "support";
            /** @description The key itself. Shown this once. */
            secret: string;
        };
        /** @description The `termsHash` of the payout that you have looked at. */
        ApprovePayout: {
            /** @description The `termsHash` of the payout that you have looked at. */
            termsHash: string;
        };
        Asset: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            code: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /**
             * @description `native` is a chain's own token: gas.
             * @enum {string}
             */
            kind: "credit" | "fiat" | "stablecoin" | "native";
            /** @description A name for people. */
            name: string;
            /** @description Decimal digits: 2 means that 100 units are one. */
            scale: number;
        };
        AttachPaymentMethod: {
            /** @description It pays when nothing else is said. */
            default?: boolean;
            /** @description The provider's own id (Stripe `pm_...`). */
            paymentMethodId: string;
            /**
             * @description Who keeps it. When absent, the first provider that is set up.
             * @constant
             */
            provider?: "stripe";
        };
        AuditEvent: {
            /** @description What was done, by the name of its operation. */
            action: string;
            /** @description Who did it: a principal, a customer (`jwt:...`), or `system`. */
            actor: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Facts about the deed; never secrets or personal data. */
            details: {
                [key: string]: unknown;
            };
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Names the request, as `X-Request-Id` does; tell it to whoever helps you. */
            requestId: string | null;
            /** @description The id of what it is about. */
            resource: string;
        };
        AutoTopUp: {
            /** @description What one top-up costs, as agreed. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description The last four digits of the card that is charged. */
            cardLast4: string | null;
            /** @description What the customer agreed to. */
            consent: components["schemas"]["AutoTopUpConsent"] | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Charges that failed since the last that did not. */
            failures: number;
            /** @description What the customer gets. */
            grants: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Most that is charged in a calendar month, in minor units; null: no cap. */
            monthlyCap: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            };
            /** @description Not before then, after a failure. */
            nextAttemptAt: string | null;
            /** @description With `action_required`, the customer confirms its payment. */
            openAttempt: components["schemas"]["AutoTopUpAttempt"] | null;
            /** @description Why it pauses; null: it does not. */
            pausedReason: ("declined" | "monthly_cap" | "dispute" | "card_changed" | "card_detached" | "terms_changed" | "refunded" | "debt" | "refused") | null;
            /** @description Then it goes on by itself. */
            pausedUntil: string | null;
            /** @description The saved method, by the provider's name; null: none. */
            paymentMethodId: string;
            /**
             * @description Who charges the method.
             * @constant
             */
            provider: "stripe";
            purchase: components["schemas"]["AutoTopUpPurchase"];
            /** @description Charged in this calendar month, in minor units. */
            spentThisMonth: number;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "active" | "paused" | "off";
            /** @description Charged when the balance falls below this, in minor units. */
            threshold: number;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The wallet. */
            walletId: string;
        };
        AutoTopUpAttempt: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What could be spent when it was begun. */
            available: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description When it ended; null: it has not. */
            endedAt: string | null;
            /** @description Why it failed, for programs; null: it did not. */
            failureCode: string | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The payment that this is about; null: none. */
            paymentId: string;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "in_flight" | "action_required" | "succeeded" | "failed";
        };
        AutoTopUpConsent: {
            /**
             * Format: date-time
             * @description When the customer agreed.
             */
            acceptedAt: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The address that the customer agreed from. */
            ip: string | null;
            /** @description The principal that wrote the consent down. */
            recordedBy: string;
            /** @description The settings that it is a consent to. */
            terms: {
                [key: string]: unknown;
            };
            /** @description What the customer was shown. */
            text: string | null;
            /** @description The browser that the customer agreed with. */
            userAgent: string | null;
            /** @description Which version of the text it was. */
            version: string | null;
        };
        /**
         * @description - `auto_top_up.enabled`: A customer agreed to automatic charges; the terms are in `data`.
         *     - `auto_top_up.disabled`: No more charges are started.
         *     - `auto_top_up.paused`: Charges stop, until a time or until somebody resumes them.
         *     - `auto_top_up.resumed`: Charges go on.
         *     - `auto_top_up.started`: The balance is low, and a charge was started.
         *     - `auto_top_up.succeeded`: The charge was paid.
         *     - `auto_top_up.failed`: The charge was declined.
         *     - `auto_top_up.action_required`: The customer must confirm the charge.
         */
        AutoTopUpEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Why it had been paused. */
                after?: string | null;
                /** @description Minor units of the asset. */
                amount?: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description What the wallet had when the charge was started. */
                available?: number;
                /** @description The last four digits of the card that is charged. */
                cardLast4?: string | null;
                /** @description The consent that was given. */
                consentId?: string;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency?: string;
                /** @description Whether staff let a card be charged again that was disputed. */
                despiteDispute?: boolean;
                /** @description More about the reason. */
                detail?: string;
                /** @description Why it failed, for programs; null: it did not. */
                failureCode?: string | null;
                /** @description Minor units of the asset. */
                grants?: number;
                /** @description Minor units of the asset. */
                monthlyCap?: number;
                /** @description When it is tried again; null: it is not. */
                nextAttemptAt?: string | null;
                /** @description The payment that this is about; null: none. */
                paymentId?: string;
                /** @description The saved method, by the provider's name; null: none. */
                paymentMethodId?: string;
                /** @description What each charge buys. */
                purchase?: {
                    [key: string]: unknown;
                };
                /** @description Why it is paused. */
                reason?: string;
                /** @description Minor units of the asset. */
                threshold?: number;
                /** @description Until when it is paused; null: until somebody resumes it. */
                until?: string | null;
                /** @description The wallet. */
                walletId: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "auto_top_up.enabled" | "auto_top_up.disabled" | "auto_top_up.paused" | "auto_top_up.resumed" | "auto_top_up.started" | "auto_top_up.succeeded" | "auto_top_up.failed" | "auto_top_up.action_required";
        };
        AutoTopUpPurchase: {
            /** @description In minor units of the asset or currency beside it. */
            amount?: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency?: string;
            /** @description What the customer gets. */
            grants?: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description The package that is bought. */
            package?: string;
            /** @description What is paid. */
            price?: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            };
        };
        Balance: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description balance - held: what can be spent. */
            available: number;
            /** @description Minor units of the asset. */
            balance: number;
            /** @description Nothing can be spent of it: an invoice is overdue. */
            frozen: boolean;
            /** @description Minor units of the asset. */
            held: number;
            /** @description What was taken back after it was spent; the next top-up repays it first. */
            owed: number;
            /** @description Decimal digits of the asset. */
            scale: number;
        };
        BankPayout: {
            /** @description Whether it is what its transactions come to. */
            addsUp: boolean | null;
            /** @description Minor units of the asset. */
            amount: number;
            /** @description When the bank should have it; null: the provider does not say. */
            arrivesAt: string | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Sent by the provider's own schedule. */
            automatic: boolean;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * Format: date-time
             * @description When the provider sent it.
             */
            initiatedAt: string;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description Your own reference. */
            reference: string;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "pending" | "in_transit" | "paid" | "failed" | "canceled";
            /** @description What your bank's statement shows of it. */
            traceId: string | null;
            /** @description How many it carries; null when the provider does not say. */
            transactions: number | null;
        };
        BulkGrantResult: {
            /** @description The rows of this page. */
            data: {
                /** @description The balance after it, in minor units of the asset. */
                balanceAfter: number | null;
                /** @description The customer, by your own id; null when it is nobody's. */
                customerId: string | null;
                /** @description Why this item was refused; null: it was not. */
                error: {
                    /** @description A stable name, for programs. */
                    code: string;
                    /** @description What is wrong, for a person. */
                    detail: string;
                } | null;
                /** @description The place of the item in the request, from 0 on. */
                index: number;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "granted" | "replayed" | "refused";
                /** @description The transfer that it is a side of; null: there is none. */
                transferId: string | null;
            }[];
            /** @description How many were granted. */
            granted: number;
            /** @description How many were refused. */
            refused: number;
        };
        CatalogDrift: {
            /** @description What we hold it to be. */
            expected: string | null;
            /** @description With `differs`: what does. */
            field: string | null;
            /** @description What the provider has. */
            found: string | null;
            /**
             * @description Which kind it is.
             * @enum {string}
             */
            kind: "missing" | "archived" | "differs";
        };
        /** @description What would be changed; nothing for the next invoice as things are. */
        ChangePreview: {
            /** @description Code or id of a plan. */
            plan?: string;
            /**
             * @description `create` puts the difference on the next invoice, `invoice_now` on one of its own, which must be paid before the change counts; `none` leaves it out. Credits follow what is invoiced.
             * @default create
             * @enum {string}
             */
            proration: "none" | "create" | "invoice_now";
            /**
             * Format: date-time
             * @description That of the preview, to be charged what it showed.
             */
            prorationDate?: string;
            /** @description How many of the plan. */
            quantity?: number;
        };
        ClosePeriod: {
            /**
             * @description Close although breaks are open; needs a note.
             * @default false
             */
            acceptOpenBreaks: boolean;
            /** @description Words for a person. */
            note?: string;
        };
        ConfirmPayment: {
            /** @description The method that pays, by the provider's name. */
            paymentMethodId: string;
        };
        ConfirmTransfer: {
            /** @description What arrived, in minor units of `currency`. */
            amount: number;
            /**
             * Format: date-time
             * @description When the bank booked it.
             */
            bookedAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description The bank's own id of the statement line: told twice, it is booked once. */
            statementLineId: string;
        };
        Conversion: {
            /** @description What is given. */
            from: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Price of one unit of what comes; null for a package. */
            rate: string | null;
            /** @description What is got for it. */
            to: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description The ledger transfers that it made. */
            transferIds: string[];
            /** @description The wallet. */
            walletId: string;
        };
        /** @description - `wallet.converted`: A stablecoin balance was turned into credits. */
        ConversionEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description What is given. */
                from: {
                    /** @description Minor units of the asset. */
                    amount: number;
                    /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                    asset: string;
                };
                /** @description What is got for it. */
                to: {
                    /** @description Minor units of the asset. */
                    amount: number;
                    /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                    asset: string;
                };
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "wallet.converted";
        };
        ConversionQuote: {
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun: true;
            /** @description What is given. */
            from: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description Price of one unit of what comes; null for a package. */
            rate: string | null;
            /** @description What is got for it. */
            to: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description The wallet. */
            walletId: string;
        };
        Customer: {
            /** @description ISO 3166-1 alpha-2. */
            country: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer's e-mail address. */
            email: string | null;
            /** @description Your own user id. */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /** @description - `wallet.debt_written_off`: A debt of a wallet was written off. */
        DebtEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description What was written off. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description What is still owed. */
                owed: number;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "wallet.debt_written_off";
        };
        DebtWriteOff: {
            /** @description What was written off. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description There when nothing was written: what would happen. */
            dryRun?: boolean;
            /** @description What is still owed. */
            owed: number;
            /** @description The wallet. */
            walletId: string;
        };
        DefaultPaymentMethod: {
            /** @description Null for none. */
            paymentMethodId: string | null;
            /**
             * @description Where it pays: each provider has a default. When absent, where the method is, and with null the first one.
             * @constant
             */
            provider?: "stripe";
        };
        Deposit: {
            /** @description The deposit address that the coins came to; null when it is none of ours. */
            addressId: string | null;
            /** @description Minor units, rounded down. */
            amount: number;
            /** @description What came; null when the token's contract is none that we know, whatever it calls itself. */
            asset: string | null;
            /** @description What the token calls itself. */
            claimedAsset: string;
            /** @description Blocks on top of the transaction, as far as the provider said. */
            confirmations: number | null;
            /** @description The token's contract on the chain; null for the chain's own token. */
            contract: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description When the wallet was credited; null: it was not. */
            creditedAt: string | null;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description The address that the coins came from. */
            fromAddress: string | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The chain. */
            network: string | null;
            /** @description As the provider says it, in major units. */
            onChainAmount: string;
            /**
             * @description Who told of the coins and keeps them.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description Why it is held, quarantined, rejected, failed or reversed. */
            reason: string | null;
            /** @description The principal that decided about it; null: nobody did. */
            reviewedBy: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "pending" | "credited" | "held" | "rejected" | "failed" | "quarantined" | "reversed";
            /** @description The address that the coins went to. */
            toAddress: string | null;
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
            /** @description Transfers that happened together share it; null: nothing was booked. */
            transactionId: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The wallet. */
            walletId: string | null;
        };
        DepositAddress: {
            /** @description The on-chain address. */
            address: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /**
             * @description The kind of chain; an address works on all chains of its kind.
             * @enum {string}
             */
            family: "evm" | "tron" | "solana";
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Chains on which coins to it are seen and credited. */
            networks: ("ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana")[];
            /**
             * @description Who watches it.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description When another address took its place; null: it is current. */
            rotatedAt: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "requested" | "active" | "rotated";
            /** @description The wallet. */
            walletId: string;
        };
        /** @description - `deposit_address.active`: A deposit address can be paid to. */
        DepositAddressEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /**
                 * @description The kind of chain; an address works on all chains of its kind.
                 * @enum {string}
                 */
                family: "evm" | "tron" | "solana";
                /** @description The wallet. */
                walletId: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "deposit_address.active";
        };
        DepositAddressRequest: {
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Make a new one; the old one stays watched and credited. */
            rotate?: boolean;
        };
        /**
         * @description - `deposit.pending`: Coins are seen, and not confirmed.
         *     - `deposit.credited`: The wallet is credited.
         *     - `deposit.held`: A person must decide.
         *     - `deposit.rejected`: A person decided against it.
         *     - `deposit.failed`: The coins never arrived.
         *     - `deposit.quarantined`: Coins came that nobody can be credited with.
         *     - `deposit.reversed`: The chain dropped a deposit that was credited.
         *     - `deposit.swept`: The coins were moved to the master wallet.
         */
        DepositEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description The asset; null when the token is none that we know. */
                asset: string | null;
                /** @description The chain. */
                network: string | null;
                /** @description What the wallet owes since coins that it spent are gone. */
                owed?: number;
                /** @description Why, for people and auditors; null: nobody said. */
                reason?: string;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "pending" | "credited" | "held" | "rejected" | "failed" | "quarantined" | "reversed";
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "deposit.pending" | "deposit.credited" | "deposit.held" | "deposit.rejected" | "deposit.failed" | "deposit.quarantined" | "deposit.reversed" | "deposit.swept";
        };
        DepositReason: {
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
        };
        Dispute: {
            /** @description What the bank speaks of, in minor units of `currency`. */
            amount: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The dispute's; as a rule the payment's. */
            currency: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Until when the bank takes evidence; null: unknown, or over. */
            evidenceDueBy: string | null;
            /** @description When evidence was sent to the bank; null: it was not. */
            evidenceSubmittedAt: string | null;
            /** @description What the provider charges for it, less what it gave back. */
            fee: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            } | null;
            /**
             * @description What became of the money.
             * @enum {string}
             */
            funds: "none" | "withdrawn" | "lost" | "reinstated";
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The bank only asks: no money has moved. */
            isInquiry: boolean;
            /** @description The payment that this is about; null: none. */
            paymentId: string;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
            /** @description Why a person should look at it: `other_currency` when it is not in the payment's. */
            reviewReason: string | null;
            /** @description The provider's own word. */
            status: string;
            /** @description How much of the payment is with the bank now, in minor units of the payment's currency: the sum of what moved. Below zero when more came back than was taken. */
            taken: number;
            /** @description Taken in currencies that neither the payment nor the dispute is in; on `unexplained`. */
            takenElsewhere: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            }[];
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /**
         * @description - `dispute.created`: A bank asks about a payment, and took nothing yet.
         *     - `dispute.updated`: The provider changed its status or amount.
         *     - `dispute.funds_withdrawn`: The bank took the money, or more of it.
         *     - `dispute.funds_reinstated`: The bank gave the money back, or a part of it.
         *     - `dispute.lost`: The money stays with the bank.
         *     - `dispute.needs_review`: A rule cannot decide it; a person must look.
         */
        DisputeEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description Until when the bank takes evidence; null: unknown, or over. */
                evidenceDueBy: string | null;
                /**
                 * @description What became of the money.
                 * @enum {string}
                 */
                funds: "none" | "withdrawn" | "lost" | "reinstated";
                /** @description What was paid, in minor units of `paidCurrency`. */
                paid?: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                paidCurrency?: string;
                /** @description The payment that this is about; null: none. */
                paymentId: string;
                /** @description Why, for people and auditors; null: nobody said. */
                reason: string;
                /** @description Why a person should look at it. */
                reviewReason?: string;
                /** @description The provider's own word. */
                status: string;
                /** @description How much of the payment is with the bank now. */
                taken: number;
                /** @description Taken in other currencies. */
                takenElsewhere?: {
                    /** @description Minor units of the asset. */
                    amount: number;
                    /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                    asset: string;
                }[];
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "dispute.created" | "dispute.updated" | "dispute.funds_withdrawn" | "dispute.funds_reinstated" | "dispute.lost" | "dispute.needs_review";
        };
        DisputeEvidence: {
            /** @description The provider's own fields. */
            evidence: {
                [key: string]: string;
            };
            /**
             * @description Send it to the bank; this can be done once.
             * @default false
             */
            submit: boolean;
        };
        /** @description An invoice that could not be collected, and what is done about it. */
        Dunning: {
            /** @description How often it was tried. */
            attempts: number;
            /**
             * @description What happens when the time of grace is over.
             * @enum {string}
             */
            consequence: "keep" | "freeze" | "cancel";
            /** @description When it was applied. */
            consequenceAt: string | null;
            /** @description Why the last attempt failed. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The bank's own reason, when it gave one. */
                declineCode?: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /**
             * Format: date-time
             * @description Until when the customer goes on as before.
             */
            graceEndsAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The invoice that is unpaid. */
            invoiceId: string;
            /** @description When it is tried again; null: it is not. */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description When the case was opened.
             */
            openedAt: string;
            /** @description The bank wants the customer to authenticate. */
            requiresAction: boolean;
        };
        /**
         * @description - `subscription.payment_overdue`: An invoice was not paid; the grace period runs.
         *     - `subscription.consequence_applied`: The grace period ended unpaid.
         *     - `subscription.recovered`: The invoice was paid after all.
         *     - `subscription.dunning_closed`: The case ended without a payment.
         */
        DunningEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description How long the case was open. */
                afterSeconds?: number;
                /** @description How often it was tried. */
                attempts: number;
                /**
                 * @description What happens when the time of grace is over.
                 * @enum {string}
                 */
                consequence: "keep" | "freeze" | "cancel";
                /** @description Why it failed, for programs; null: it did not. */
                failureCode: string | null;
                /**
                 * Format: date-time
                 * @description Until when the customer goes on as before.
                 */
                graceEndsAt: string;
                /** @description The invoice that is unpaid. */
                invoiceId: string;
                /** @description When it is tried again; null: it is not. */
                nextAttemptAt: string | null;
                /** @description Whether the customer must confirm the payment. */
                requiresAction: boolean;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "open" | "recovered" | "voided" | "ended";
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "subscription.payment_overdue" | "subscription.consequence_applied" | "subscription.recovered" | "subscription.dunning_closed";
        };
        Entry: {
            /** @description Minor units of the asset. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Minor units of the asset. */
            balanceAfter: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Words for a person. */
            description: string | null;
            /**
             * Format: date-time
             * @description When it happened in the world.
             */
            effectiveAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Your own key-value pairs. */
            metadata: components["schemas"]["Metadata"] | null;
            /** @description Your own reference. */
            reference: string | null;
            /** @description The object that caused it; null: none. */
            source: string | null;
            /** @description Transfers that happened together share it; null: nothing was booked. */
            transactionId: string;
            /** @description The transfer that it is a side of; null: there is none. */
            transferId: string;
            /**
             * @description Which kind it is; more may come with time.
             * @enum {string}
             */
            type: "payment_received" | "provider_fee" | "purchase" | "grant" | "debit" | "unexplained_receipt" | "expired" | "deposit_received" | "deposit" | "deposit_dust" | "deposit_undone" | "refund" | "refund_returned" | "dispute_withdrawn" | "dispute_reinstated" | "dispute_lost" | "restored" | "take_back" | "debt_incurred" | "debt_repaid" | "debt_written_off" | "conversion" | "conversion_received" | "payout_reserved" | "payout_released" | "payout" | "payout_fee" | "payout_sent" | "payout_exchange" | "unexplained_withdrawal" | "network_fee" | "treasury_funding" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve_held" | "reserve_released" | "currency_exchange" | "difference_booked" | "difference_written_off" | "revenue_recognized" | "revenue_reversed" | "breakage_recognized" | "breakage_reversed";
        };
        Event: components["schemas"]["PaymentEvent"] | components["schemas"]["RefundEvent"] | components["schemas"]["DisputeEvent"] | components["schemas"]["PaymentMethodEvent"] | components["schemas"]["AutoTopUpEvent"] | components["schemas"]["SubscriptionEvent"] | components["schemas"]["DunningEvent"] | components["schemas"]["InvoiceEvent"] | components["schemas"]["DepositEvent"] | components["schemas"]["DepositAddressEvent"] | components["schemas"]["ConversionEvent"] | components["schemas"]["PayoutEvent"] | components["schemas"]["PayoutRefusalEvent"] | components["schemas"]["PayoutControlEvent"] | components["schemas"]["PayoutAddressEvent"] | components["schemas"]["PayoutSettingEvent"] | components["schemas"]["TreasuryReceiptEvent"] | components["schemas"]["StrayWithdrawalEvent"] | components["schemas"]["TreasuryLevelEvent"] | components["schemas"]["UnreadableEntryEvent"] | components["schemas"]["DebtEvent"] | components["schemas"]["ReconciliationEvent"] | components["schemas"]["ReconciliationBreakEvent"] | components["schemas"]["AccountingPeriodEvent"] | components["schemas"]["LotEvent"];
        Export: {
            /** @description What is counted. */
            asset: string | null;
            /** @description Size of the file. */
            bytes: number | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Where the file is, for whoever has this address, until `downloadUrlExpiresAt`. New with every reading of one export. */
            downloadUrl: string | null;
            /** @description Until when that address works. */
            downloadUrlExpiresAt: string | null;
            /** @description Until when the file is kept. */
            expiresAt: string | null;
            /** @description Why it failed; null: it did not. */
            failure: {
                /**
                 * @description A stable name, for programs.
                 * @enum {string}
                 */
                code: "too_large" | "books_differ" | "gave_up";
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description As they were asked for. */
            filters: {
                /** @description What was done, of the audit. */
                action?: string;
                /** @description Who did it, of the audit. */
                actor?: string;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Provider of payments and payouts. */
                provider?: string;
                /** @description Status of payments and payouts. */
                status?: string;
                /** @description Type of transfers and entries. */
                type?: string;
            };
            /** @description When it was ready, or had failed. */
            finishedAt: string | null;
            /**
             * @description What the file is written in; docs/exports.md says which kind has which.
             * @enum {string}
             */
            format: "csv" | "ndjson" | "parquet" | "hledger" | "beancount" | "quickbooks" | "xero" | "ofx" | "camt053";
            /**
             * Format: date-time
             * @description What is given.
             */
            from: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description What the file is of.
             * @enum {string}
             */
            kind: "transfers" | "entries" | "payments" | "payouts" | "customer_statement" | "audit" | "journal";
            /** @description The principal that asked for it. */
            requestedBy: string;
            /** @description Rows of the file: transfers, entries or lines; of a statement's table, with opening and closing. */
            rows: number | null;
            /** @description Digest of the file, in hex. */
            sha256: string | null;
            /** @description The moment that the file shows. */
            snapshotAt: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "queued" | "running" | "ready" | "failed" | "expired";
            /**
             * Format: date-time
             * @description What is got for it.
             */
            to: string;
            /** @description The wallet. */
            walletId: string | null;
        };
        FlexiblePrice: {
            /** @description Whole credits for one whole unit of the currency, exact. */
            creditsPerUnit: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Minor units of the asset: 999 USD is 9.99. */
            maximum: number;
            /** @description In minor units of the currency. */
            minimum: number;
            /** @description What more money buys, from the least amount on. */
            tiers?: {
                /** @description The whole amount gives so much more. */
                bonusPercent: number;
                /** @description From this amount on, in minor units of the currency. */
                from: number;
            }[];
        };
        Funding: {
            /** @description Where to send the coins. */
            address: string | null;
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Words for a person. */
            note: string | null;
            /**
             * @description Who keeps the coins.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description When it came here; null: it has not. */
            receivedAt: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "expected" | "received" | "canceled";
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
            /** @description The provider's name of the master wallet. */
            walletReference: string;
        };
        Grant: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Minor units of the asset. */
            balanceAfter: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description There when nothing was written: what would happen. */
            dryRun?: boolean;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Words for a person. */
            note: string;
            /** @description The wallet. */
            walletId: string;
        };
        Grants: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
        };
        Health: {
            /**
             * @description How far it is.
             * @constant
             */
            status: "ok";
        };
        ImportStatementLines: {
            /** @description What is charged for, one by one. */
            lines: {
                /** @description What arrived, in minor units of `currency`. */
                amount: number;
                /**
                 * Format: date-time
                 * @description When the bank booked it.
                 */
                bookedAt: string;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description The bank's own id of the statement line: told twice, it is booked once. */
                id: string;
                /** @description What the payer wrote. */
                text: string;
            }[];
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
        };
        Invoice: {
            /** @description What the invoice asks for, in minor units of `currency`. */
            amountDue: number;
            /** @description What was paid of it, in minor units of `currency`. */
            amountPaid: number;
            /** @description What is still to be paid, in minor units of `currency`. */
            amountRemaining: number;
            /** @description How often it was tried. */
            attempts: number;
            /** @description The provider's word. */
            billingReason: string;
            /** @description For the provider's front-end library, while it is open. */
            clientSecret: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Given back after it was paid and not by a refund, e.g. to the customer's balance at the provider. */
            credited: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Your own user id. */
            customerId: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description Why the last attempt failed. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The bank's own reason, when it gave one. */
                declineCode?: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description When the provider made it final; null: not yet. */
            finalizedAt: string | null;
            /** @description What the invoice does to the wallet. */
            grants: {
                /** @description Given to the wallet; negative when taken back. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description Let go of what was left of the cycle before. */
                expired: number;
            }[];
            /** @description The provider's page of it, where it can be paid. */
            hostedUrl: string | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * Format: date-time
             * @description When the provider made it.
             */
            issuedAt: string;
            /** @description What is charged for, one by one. */
            lines: {
                /** @description Before the discount. */
                amount: number;
                /** @description Its share of the credits; null while it has none. */
                credits: number | null;
                /** @description Words for a person. */
                description: string;
                /** @description What was taken off, in minor units of `currency`. */
                discount: number;
                /**
                 * Format: date-time
                 * @description The end of what it bills.
                 */
                periodEnd: string;
                /**
                 * Format: date-time
                 * @description The beginning of what it bills.
                 */
                periodStart: string;
                /** @description The plan; null when its price is none of ours. */
                planId: string | null;
                /** @description It makes up for a change in the middle of a period. */
                proration: boolean;
                /** @description How many of the plan. */
                quantity: number;
            }[];
            /** @description When it is tried again; null: it is not. */
            nextAttemptAt: string | null;
            /** @description The number that people call it by. */
            number: string | null;
            /** @description When it was paid; null: it is not. */
            paidAt: string | null;
            /** @description The payment that it became when it was paid with money; the largest of several. */
            paymentId: string | null;
            /** @description All of its payments: an invoice can be paid in parts. */
            paymentIds: string[];
            /** @description The invoice as a PDF, at the provider; null: none. */
            pdfUrl: string | null;
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string;
            /** @description The bank wants the customer to authenticate. */
            requiresAction: boolean;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "draft" | "open" | "paid" | "uncollectible" | "void";
            /** @description The subscription that this is about; null: none. */
            subscriptionId: string;
            /** @description Minor units of the asset. */
            total: number;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /**
         * @description - `invoice.draft`: The provider prepares it.
         *     - `invoice.open`: It is to be paid.
         *     - `invoice.paid`: It was paid, and what the plan grants was given.
         *     - `invoice.uncollectible`: The provider gave it up.
         *     - `invoice.void`: It does not count any more.
         *     - `invoice.payment_failed`: A payment of it was declined.
         *     - `invoice.payment_action_required`: The customer must confirm its payment.
         *     - `invoice.credited`: A credit note changed it.
         */
        InvoiceEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amountPaid: number;
                /** @description How often it was tried. */
                attempts: number;
                /** @description Why the provider made it, in its own word. */
                billingReason: string | null;
                /** @description What credit notes took off. */
                credited: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description Why it failed, for programs; null: it did not. */
                failureCode: string | null;
                /** @description What the customer gets. */
                grants: {
                    /** @description Minor units of the asset. */
                    amount: number;
                    /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                    asset: string;
                    /** @description Minor units of the asset. */
                    expired: number;
                }[];
                /** @description The number that people call it by. */
                number: string | null;
                /** @description The payment that this is about; null: none. */
                paymentId: string | null;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "draft" | "open" | "paid" | "uncollectible" | "void";
                /** @description The subscription that this is about; null: none. */
                subscriptionId: string;
                /** @description Minor units of the asset. */
                total: number;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "invoice.draft" | "invoice.open" | "invoice.paid" | "invoice.uncollectible" | "invoice.void" | "invoice.payment_failed" | "invoice.payment_action_required" | "invoice.credited";
        };
        InvoicePayment: {
            /** @description A saved method of the customer (Stripe `pm_...`). */
            paymentMethodId?: string;
        };
        Lot: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Null when nothing was paid for them, and for customers. */
            earnings: {
                /** @description What of it is earned, since they expired. */
                breakage: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description What of it is still owed. */
                deferred: number;
                /** @description What was paid for all of them. */
                price: number;
                /** @description What of it went back. */
                refunded: number;
                /** @description What of it is earned, since they were spent. */
                revenue: number;
            } | null;
            /**
             * Format: date-time
             * @description When it happened in the world.
             */
            effectiveAt: string;
            /** @description How many expired. */
            expired: number;
            /** @description Until when it can be paid; null: the provider sets no end. */
            expiresAt: string | null;
            /** @description How many came. */
            granted: number;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description Which kind it is.
             * @enum {string}
             */
            kind: "paid" | "promotional" | "adjustment";
            /** @description Your own key-value pairs. */
            metadata: components["schemas"]["Metadata"] | null;
            /**
             * @description What they came by. `returned`: they had left the wallet before.
             * @enum {string}
             */
            origin: "payment" | "invoice" | "grant" | "deposit" | "conversion" | "returned";
            /** @description 0 to 100; the lower is spent first. */
            priority: number;
            /** @description How many are left. All lots' together are the balance. */
            remaining: number;
            /** @description The payment, invoice, deposit or conversion that they came from. */
            source: string | null;
            /**
             * @description `active` can be spent; `expired` is over, or was when there was some left; `used` was spent or taken back.
             * @enum {string}
             */
            status: "active" | "expired" | "used";
            /** @description The wallet. */
            walletId: string;
        };
        /**
         * @description - `credits.expiring`: Credits of a lot expire in 30, 7 or 1 days, unless they are spent before. Told once for each.
         *     - `credits.expired`: Credits of a lot expired.
         */
        LotEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description How many expire, or did. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description With `credits.expiring`: how many days before. */
                days: number | null;
                /**
                 * Format: date-time
                 * @description Until when it can be paid; null: the provider sets no end.
                 */
                expiresAt: string;
                /** @description The wallet. */
                walletId: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "credits.expiring" | "credits.expired";
        };
        /** @description Your own key-value pairs: up to 50, of 40 and 500 characters. Card numbers are refused. */
        Metadata: {
            [key: string]: string;
        };
        Movement: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Minor units of the asset. */
            balanceAfter: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Words for a person. */
            description: string | null;
            /** @description Present when nothing was written. */
            dryRun?: boolean;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Your own key-value pairs. */
            metadata: components["schemas"]["Metadata"] | null;
            /** @description Your own reference. */
            reference: string | null;
            /** @description The wallet. */
            walletId: string;
        };
        /** @description Gas as estimated, in the chain's own token and major units; paid by us. */
        NetworkFee: {
            /** @description In minor units of the asset or currency beside it. */
            amount: string;
            /** @description What is counted. */
            asset: string;
            /** @description The same in US dollars, as the provider reckons. */
            usd?: string;
        };
        NewApiKey: {
            /**
             * Format: date-time
             * @description When the key ends. Never, when absent.
             */
            expiresAt?: string;
            /**
             * @description What a new principal is. By default a `service` for the role `service`, else a `person`.
             * @enum {string}
             */
            kind?: "person" | "service";
            /** @description Who will use it. Keys of one name belong to one principal; names are compared without regard to case. */
            name: string;
            /** @description The principal whose key it is, when `name` is only a label. */
            principalId?: string;
            /**
             * @description What the key may do.
             * @enum {string}
             */
            role: "admin" | "service" | "finance" | "approver" | "support";
        };
        NewAsset: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            code: string;
            /**
             * @description `native` is a chain's own token: gas.
             * @enum {string}
             */
            kind: "credit" | "fiat" | "stablecoin" | "native";
            /** @description A name for people. */
            name: string;
            /** @description Decimal digits: 2 means that 100 minor units are one. */
            scale: number;
        };
        /** @description From a customer's own token, the address and the user agent are those of the request. */
        NewAutoTopUpConsent: {
            /**
             * Format: date-time
             * @description When the customer agreed.
             */
            acceptedAt: string;
            /** @description The address that the customer agreed from. */
            ip?: string;
            /** @description What the customer agreed to, word for word; or its `version`. */
            text?: string;
            /** @description The browser that the customer agreed with. */
            userAgent?: string;
            /** @description Which version of the text it was. */
            version?: string;
        };
        NewBulkGrant: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description Until when they can be spent; for ever when absent.
             */
            expiresAt?: string;
            /** @description One for each customer. */
            items: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description Your own user id. */
                customerId?: string;
                /**
                 * Format: email
                 * @description The customer's e-mail address.
                 */
                email?: string;
            }[];
            /**
             * @description `promotional` when absent.
             * @enum {string}
             */
            kind?: "promotional" | "adjustment";
            /** @description One note for all. */
            note: string;
            /** @description Which credits are spent first: the lower. 50 when absent. */
            priority?: number;
        };
        NewConversion: {
            /** @description Minor units of `asset` to turn into credits. */
            amount?: number;
            /** @description The stablecoin that pays. */
            asset: string;
            /** @description Refuse when less would come. */
            minimumReceived?: number;
            /** @description Or a package to buy, at its price in US dollars. */
            package?: string;
        };
        NewCredit: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Words for a person. */
            description?: string;
            /**
             * Format: date-time
             * @description When it happened, if not now.
             */
            effectiveAt?: string;
            /**
             * Format: date-time
             * @description Until when they can be spent; for ever when absent.
             */
            expiresAt?: string;
            /**
             * @description `promotional` when absent.
             * @enum {string}
             */
            kind?: "promotional" | "adjustment";
            metadata?: components["schemas"]["Metadata"];
            /** @description Which credits are spent first: the lower. 50 when absent. */
            priority?: number;
            /** @description Why; kept for the audit. */
            reason: string;
            /** @description Your own reference, e.g. a job id. */
            reference?: string;
        };
        NewDebit: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Words for a person. */
            description?: string;
            /**
             * Format: date-time
             * @description When it happened, if not now.
             */
            effectiveAt?: string;
            metadata?: components["schemas"]["Metadata"];
            /** @description Your own reference, e.g. a job id. */
            reference?: string;
        };
        NewDebtWriteOff: {
            /** @description All that is owed when absent. */
            amount?: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Why; kept for the audit. */
            reason: string;
        };
        NewExport: {
            /** @description Of a `customer_statement`. */
            asset?: string;
            /** @description Only rows with these values. Each kind has some of them. */
            filters?: {
                /** @description What was done, of the audit. */
                action?: string;
                /** @description Who did it, of the audit. */
                actor?: string;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Provider of payments and payouts. */
                provider?: string;
                /** @description Status of payments and payouts. */
                status?: string;
                /** @description Type of transfers and entries. */
                type?: string;
            };
            /**
             * @description What the file is written in; docs/exports.md says which kind has which.
             * @enum {string}
             */
            format: "csv" | "ndjson" | "parquet" | "hledger" | "beancount" | "quickbooks" | "xero" | "ofx" | "camt053";
            /**
             * Format: date-time
             * @description Created at or after.
             */
            from: string;
            /**
             * @description What the file is of.
             * @enum {string}
             */
            kind: "transfers" | "entries" | "payments" | "payouts" | "customer_statement" | "audit" | "journal";
            /** @description For `quickbooks` and `xero`. What is not named has the code of docs/exports.md. */
            mapping?: {
                /** @description The accounting program's code for an account of the ledger, by the account's name. */
                accounts?: {
                    [key: string]: string;
                };
                /** @description Xero's name of the rate of what is not taxed. */
                taxRate?: string;
            };
            /**
             * Format: date-time
             * @description Created before. At least a minute ago: what is newer may still change.
             */
            to: string;
            /** @description Of a `customer_statement`. */
            walletId?: string;
        };
        NewFunding: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Words for a person. */
            note?: string;
        };
        NewGrant: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Your own user id. */
            customerId?: string;
            /**
             * Format: email
             * @description The customer's e-mail address.
             */
            email?: string;
            /**
             * Format: date-time
             * @description Until when they can be spent; for ever when absent.
             */
            expiresAt?: string;
            /**
             * @description `promotional` when absent.
             * @enum {string}
             */
            kind?: "promotional" | "adjustment";
            metadata?: components["schemas"]["Metadata"];
            /** @description Words for a person. */
            note: string;
            /** @description Which credits are spent first: the lower. 50 when absent. */
            priority?: number;
        };
        NewPackage: {
            /** @description Your name for it, used to buy it. */
            code: string;
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter?: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority?: number | null;
            /** @description Words for a person. */
            description?: string | null;
            /** @description The buyer says what to pay, in one of these currencies. Instead of `prices` and `grants.amount`, which then are those of the least amount. */
            flexible?: components["schemas"]["FlexiblePrice"][];
            /** @description What the customer gets. */
            grants: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount?: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            metadata?: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name: string;
            /** @description One per currency; the first is the default. */
            prices?: components["schemas"]["Price"][];
        };
        NewPayment: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount?: number;
            /**
             * Format: uri
             * @description Where the customer goes who does not pay.
             */
            cancelUrl?: string;
            /** @description With `package`: which of its prices; the default one when absent. */
            currency?: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Words for a person. */
            description?: string;
            /**
             * @description `payment_intent` for your own form, `checkout` for the provider's page.
             * @enum {string}
             */
            flow: "payment_intent" | "checkout" | "transfer";
            /** @description What the wallet gets for a custom amount; the same amount of `currency` when absent. */
            grants?: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            metadata?: components["schemas"]["Metadata"];
            /** @description Code or id of a package; or give `amount` and `currency`. */
            package?: string;
            /** @description A saved method of the customer (Stripe `pm_...`), set at the provider for the payment. Nothing is charged until the payment is confirmed. Not with `checkout`, which asks for the method itself. */
            paymentMethodId?: string;
            payout?: components["schemas"]["PayoutInstruction"];
            /** @description With a `package` whose buyer says what to pay: what to pay. */
            price?: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            };
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /**
             * Format: uri
             * @description Where the customer goes after paying.
             */
            successUrl?: string;
        };
        NewPayout: {
            /** @description On the customer's list of payout addresses, and cool. */
            address: string;
            /** @description What leaves the wallet, in minor units of `asset`. */
            amount?: number;
            /** @description Of the wallet's balance. */
            asset?: string;
            /** @description Words for a person. */
            description?: string;
            metadata?: components["schemas"]["Metadata"];
            /** @description Refuse when less would arrive, in minor units of `payoutAsset`. */
            minimumReceived?: number;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Instead: the proceeds of this payment. */
            paymentId?: string;
            /** @description The stablecoin that arrives; `asset` when absent. */
            payoutAsset?: string;
            /** @description Your own reference. */
            reference?: string;
            /** @description The wallet. */
            walletId?: string;
        };
        NewPayoutAddress: {
            /** @description The on-chain address. */
            address: string;
            /** @description The customer's own name for it. */
            label?: string;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
        };
        NewPayoutPolicy: {
            /** @description Above this a second person must approve; 0: always; null: never. */
            approvalAbove: number | null;
            /** @description Per customer in any 24 hours. */
            customerDayMax: number | null;
            /** @description Hundredths of a per cent. */
            feeBasisPoints: number;
            /** @description The least fee, in minor units of the stablecoin. */
            feeMinimum: number;
            /** @description Of all customers in any 24 hours. */
            globalDayMax: number | null;
            /** @description Least that must arrive. */
            minimum: number;
            /** @description Null: no limit. */
            perPayoutMax: number | null;
        };
        NewPlan: {
            /** @description Your name for it, used to buy it. */
            code: string;
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter?: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority?: number | null;
            /** @description Words for a person. */
            description?: string | null;
            dunning?: components["schemas"]["PlanDunning"];
            /**
             * @description Whether a cycle that a discount made free gives its credits.
             * @enum {string}
             */
            freeInvoices?: "grant" | "skip";
            grants: components["schemas"]["Grants"];
            /**
             * @description The unit of the billing period.
             * @enum {string}
             */
            interval: "day" | "week" | "month" | "year";
            /**
             * @description How many of `interval` a billing period has.
             * @default 1
             */
            intervalCount: number;
            metadata?: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name: string;
            /** @description One per currency; the first is the default. */
            prices: components["schemas"]["Price"][];
            /**
             * @description When the price of an invoice is earned: `use`, as its credits are spent or expire; `straight_line`, day by day over the period.
             * @enum {string}
             */
            recognition?: "use" | "straight_line";
            renewal?: components["schemas"]["PlanRenewal"];
            /** @description Days before the first payment. */
            trialDays?: number;
            /** @description What a trial gives of the plan's asset. */
            trialGrants?: number;
        };
        NewPortalSession: {
            /**
             * @description Whose page. When absent, the first provider that is set up.
             * @constant
             */
            provider?: "stripe";
            /**
             * Format: uri
             * @description Where the customer goes afterwards.
             */
            returnUrl?: string;
        };
        NewReconciliation: {
            /** @description Only this asset's statement. */
            asset?: string;
            /**
             * Format: date-time
             * @description The statement begins here; the first of last month (UTC) when absent.
             */
            from?: string;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /**
             * Format: date-time
             * @description The statement ends before this; now when absent. At most 400 days after `from`.
             */
            to?: string;
        };
        NewReconciliationNote: {
            /** @description What the customer was shown. */
            text: string;
        };
        NewReconciliationResolution: {
            /**
             * @description For `booked`: where it belongs; `unexplained` when absent.
             * @enum {string}
             */
            account?: "unexplained" | "provider_fees" | "fx_difference" | "bank";
            /** @description The `difference` of the break, so that nobody resolves another one. */
            amount: number;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
            /**
             * @description `booked` moves the difference to `account`; `written_off` gives it up.
             * @enum {string}
             */
            resolution: "booked" | "written_off";
        };
        NewRefund: {
            /** @description Minor units of the payment's currency; all that is left when absent. */
            amount?: number;
            /** @description Instead: the money that so many of the payment's grants cost. */
            grants?: number;
            /** @description Words for a person. */
            note?: string;
            /**
             * @description Why, for people and auditors; null: nobody said.
             * @enum {string}
             */
            reason?: "duplicate" | "fraudulent" | "requested_by_customer";
        };
        NewSubscription: {
            /**
             * Format: uri
             * @description Where the customer goes who does not pay.
             */
            cancelUrl?: string;
            /** @description Which of the plan's prices; the default one when absent. */
            currency?: string;
            /** @description Your own user id. */
            customerId: string;
            /**
             * @description `payment_intent` for your own form, `checkout` for the provider's page.
             * @enum {string}
             */
            flow: "payment_intent" | "checkout";
            metadata?: components["schemas"]["Metadata"];
            /** @description A saved method of the customer (Stripe `pm_...`). */
            paymentMethodId?: string;
            /** @description Code or id of a plan. */
            plan: string;
            /**
             * @description Who bills. When absent, the first provider that is set up.
             * @constant
             */
            provider?: "stripe";
            /**
             * @description How many of the plan.
             * @default 1
             */
            quantity: number;
            /**
             * Format: uri
             * @description Where the customer goes after paying.
             */
            successUrl?: string;
            /** @description Instead of the plan's own, which is for customers who never had a trial. Customers may say 0 only. */
            trialDays?: number;
        };
        /** @description The provider's preview. Without lines when there will be no invoice. */
        NextInvoice: {
            /** @description What the invoice asks for, in minor units of `currency`. */
            amountDue: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string | null;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description What the invoice does to the wallet. */
            grants: {
                /** @description Given to the wallet; negative when taken back. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description Let go of what was left of the cycle before. */
                expired: number;
            }[];
            /** @description What is charged for, one by one. */
            lines: {
                /** @description Before the discount. */
                amount: number;
                /** @description Its share of the credits; null while it has none. */
                credits: number | null;
                /** @description Words for a person. */
                description: string;
                /** @description What was taken off, in minor units of `currency`. */
                discount: number;
                /**
                 * Format: date-time
                 * @description The end of what it bills.
                 */
                periodEnd: string;
                /**
                 * Format: date-time
                 * @description The beginning of what it bills.
                 */
                periodStart: string;
                /** @description The plan; null when its price is none of ours. */
                planId: string | null;
                /** @description It makes up for a change in the middle of a period. */
                proration: boolean;
                /** @description How many of the plan. */
                quantity: number;
            }[];
            /** @description The moment that unused time was reckoned for: send it with the change to get these amounts. */
            prorationDate: string | null;
            /** @description Minor units of the asset. */
            total: number;
        };
        Package: {
            /** @description Your own name for the package. */
            code: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority: number | null;
            /** @description Words for a person. */
            description: string | null;
            /** @description The buyer says what to pay, within these bounds; null: the prices are fixed. */
            flexible: components["schemas"]["FlexiblePrice"][] | null;
            grants: components["schemas"]["Grants"];
            /** @description Names this object; it sorts by age. */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name: string;
            /** @description The default price. */
            price: components["schemas"]["Price"];
            /** @description One for each currency. */
            prices: components["schemas"]["Price"][];
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "active" | "retired";
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /** @description An absent field stays as it is. `status: retired` takes it off sale. */
        PackageChange: {
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter?: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority?: number | null;
            /** @description Words for a person. */
            description?: string | null;
            /** @description The buyer says what to pay, in one of these currencies. Instead of `prices` and `grants.amount`, which then are those of the least amount. */
            flexible?: components["schemas"]["FlexiblePrice"][];
            grants?: components["schemas"]["Grants"];
            metadata?: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name?: string;
            /** @description One per currency; the first is the default. */
            prices?: components["schemas"]["Price"][];
            /**
             * @description How far it is.
             * @enum {string}
             */
            status?: "active" | "retired";
        };
        Payment: {
            /** @description What is charged, in minor units of `currency`. */
            amount: number;
            /** @description With banks, for disputes. */
            amountDisputed: number;
            /** @description Sent back, or on its way. */
            amountRefunded: number;
            /** @description Where to send the customer. */
            checkoutUrl: string | null;
            /** @description For the provider's front-end library. */
            clientSecret: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Words for a person. */
            description: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description Until when it can be paid; null: the provider sets no end. */
            expiresAt: string | null;
            /** @description Why the last attempt failed; the payment may still be open. */
            failure: components["schemas"]["PaymentFailure"] | null;
            /**
             * @description `invoice`: collected by the provider for a subscription's invoice.
             * @enum {string}
             */
            flow: "payment_intent" | "checkout" | "transfer" | "invoice";
            /** @description What the customer gets. */
            grants: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description Taken back of `grants`, in proportion. */
            grantsTakenBack: number;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Of a payment by `transfer`: what the customer writes on the transfer of `amount`, and where it goes. */
            instructions: components["schemas"]["TransferInstructions"] | null;
            metadata: components["schemas"]["Metadata"];
            /** @description What the customer has to do next; null: nothing. */
            nextAction: components["schemas"]["PaymentNextAction"] | null;
            /** @description Charged while the customer was not there, as they had agreed to. */
            offSession: boolean;
            /** @description The package that was bought; null: an amount was. */
            packageId: string | null;
            /** @description How the proceeds are paid out once the payment has succeeded; null: they are not. */
            payout: components["schemas"]["PaymentPayout"] | null;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /** @description Set when money came that is not what was asked for. */
            reviewReason: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "pending" | "requires_action" | "processing" | "succeeded" | "failed" | "canceled" | "expired" | "partially_refunded" | "refunded" | "disputed";
            /** @description When the money came; null: it has not. */
            succeededAt: string | null;
            /** @description The ledger transfers that this payment made. */
            transferIds: string[];
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The wallet. */
            walletId: string;
        };
        /**
         * @description - `payment.created`: A payment was asked for.
         *     - `payment.pending`: It waits for the customer.
         *     - `payment.requires_action`: The customer must confirm it, e.g. by 3-D Secure.
         *     - `payment.processing`: The provider has it, and it takes its time.
         *     - `payment.succeeded`: The money arrived, and the wallet is credited.
         *     - `payment.failed`: It was declined.
         *     - `payment.canceled`: It was canceled.
         *     - `payment.expired`: Nobody paid in time.
         *     - `payment.partially_refunded`: A part of it went back.
         *     - `payment.refunded`: All of it went back.
         *     - `payment.disputed`: The customer's bank took it back.
         *     - `payment.quarantined`: Money arrived that the payment does not explain; it was set aside.
         */
        PaymentEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description The provider's own code. */
                failureCode?: string;
                /** @description Who carries the money. */
                provider?: string;
                /** @description Why what arrived was set aside. */
                reason?: string;
                /** @description What arrived, in minor units of `receivedAsset`. */
                received?: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                receivedAsset?: string;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "pending" | "requires_action" | "processing" | "succeeded" | "failed" | "canceled" | "expired" | "partially_refunded" | "refunded" | "disputed";
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payment.created" | "payment.pending" | "payment.requires_action" | "payment.processing" | "payment.succeeded" | "payment.failed" | "payment.canceled" | "payment.expired" | "payment.partially_refunded" | "payment.refunded" | "payment.disputed" | "payment.quarantined";
        };
        PaymentFailure: {
            /** @description A stable name, for programs. */
            code: string;
            /** @description The bank's own reason, when it gave one. */
            declineCode?: string;
            /** @description The same for a person. */
            message: string;
        };
        PaymentMethod: {
            /** @description What may be shown of a card; null for other methods. */
            card: components["schemas"]["PaymentMethodCard"] | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description It pays when nothing else is said. */
            default: boolean;
            /** @description When it was removed; null: it is there. */
            detachedAt: string | null;
            /** @description From then on the card is no longer good. */
            expiresAt: string | null;
            /** @description The provider's own id (Stripe `pm_...`). */
            id: string;
            /**
             * @description Who keeps it, and what it can pay for: nothing at another provider.
             * @constant
             */
            provider: "stripe";
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "attached" | "detaching" | "detached";
            /** @description Which kind it is; more may come with time. */
            type: string;
        };
        PaymentMethodCard: {
            /** @description The card's network. */
            brand: string;
            /** @description ISO 3166-1 alpha-2. */
            country: string | null;
            /** @description The month in which the card expires. */
            expMonth: number;
            /** @description The year in which the card expires. */
            expYear: number;
            /** @description Tells the same card saved twice. Null for customers, whose business it is not. */
            fingerprint: string | null;
            /** @description Credit, debit or prepaid. */
            funding: string | null;
            /** @description The last four digits. */
            last4: string;
        };
        /**
         * @description - `payment_method.attached`: A customer saved a method.
         *     - `payment_method.updated`: A saved method changed, or became the default.
         *     - `payment_method.detached`: It is not saved any more.
         *     - `payment_method.expiring`: The card's last month ends within 30 days.
         */
        PaymentMethodEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description The card's network. */
                brand?: string | null;
                /** @description The fields that changed. */
                changed?: string[];
                /** @description It pays when nothing else is said. */
                default?: boolean;
                /** @description Until when it can be paid; null: the provider sets no end. */
                expiresAt?: string | null;
                /** @description The month in which the card expires. */
                expMonth?: number | null;
                /** @description The year in which the card expires. */
                expYear?: number | null;
                /** @description The last four digits. */
                last4?: string | null;
                /** @description Which kind it is; more may come with time. */
                type?: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payment_method.attached" | "payment_method.updated" | "payment_method.detached" | "payment_method.expiring";
        };
        PaymentMethodList: {
            /** @description When the list was last read from the provider. */
            checkedAt: string | null;
            /** @description The rows of this page. */
            data: components["schemas"]["PaymentMethod"][];
            /** @description Of the first provider that has one. Each provider has its own: see `default` of each method. */
            defaultPaymentMethodId: string | null;
            /** @description Send it as `cursor` for the next page; null: this is the last. */
            nextCursor: null;
            /** @description A provider did not answer: this is what it had at `checkedAt`. */
            stale: boolean;
        };
        PaymentMethodSetup: {
            /** @description For the provider's front-end library. */
            clientSecret: string | null;
            /** @description Your own user id. */
            customerId: string;
            /** @description Why the last try failed; the setup may still be open. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The bank's own reason, when it gave one. */
                declineCode?: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The saved method, by the provider's name; null: none. */
            paymentMethodId: string | null;
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "requires_payment_method" | "requires_action" | "processing" | "succeeded" | "canceled";
        };
        PaymentNextAction: {
            /**
             * @description Which kind it is; more may come with time.
             * @enum {string}
             */
            type: "redirect" | "use_provider_sdk";
            /** @description Where to send the customer. */
            url?: string;
        };
        PaymentPayout: {
            /** @description On the customer's list of payout addresses. */
            address: string;
            /** @description The stablecoin to pay out in. */
            asset: string;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Why the payout did not start; null as long as nothing has stood in its way. */
            refusal: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description What is wrong, for a person. */
                detail: string;
            } | null;
        };
        PaymentPreview: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Words for a person. */
            description: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun: true;
            /** @description What the customer gets. */
            grants: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description The package that was bought; null: an amount was. */
            packageId: string | null;
            /** @description Who carries the money. */
            provider: string;
        };
        Payout: {
            /** @description The on-chain address. */
            address: string;
            /** @description What leaves the wallet, in minor units of `asset`. */
            amount: number;
            /** @description When it was approved; null: it was not. */
            approvedAt: string | null;
            /** @description The principal that approved it; null: nobody did. */
            approvedBy: string | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Each time that the provider was asked, oldest first. */
            attempts: components["schemas"]["PayoutAttempt"][];
            /** @description When the chain confirmed it; null: not yet. */
            confirmedAt: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Words for a person. */
            description: string | null;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description Why it failed; null: it did not. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description A second person must approve it. */
            needsApproval: boolean;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Gas in the chain's own token; null: not known (yet). */
            networkFee: components["schemas"]["NetworkFee"] | null;
            /** @description The payment that this is about; null: none. */
            paymentId: string | null;
            /** @description What arrives, in minor units of `payoutAsset`. */
            payoutAmount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            payoutAsset: string;
            /** @description What we keep of it, in minor units of `asset`. */
            platformFee: number;
            /**
             * @description Who sends it: the provider that serves the chain.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /** @description Price of one `payoutAsset` in `asset`; null when they are the same. */
            rate: string | null;
            /** @description Why it was rejected or canceled. */
            reason: string | null;
            /** @description Your own reference. */
            reference: string | null;
            /** @description The principal that asked for it. */
            requestedBy: string;
            /** @description Set when a person must look at it. */
            reviewReason: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "requested" | "awaiting_approval" | "approved" | "submitting" | "unknown" | "submitted" | "confirmed" | "failed" | "canceled";
            /** @description When the provider took it; null: it has not. */
            submittedAt: string | null;
            /** @description What an approval must name: it changes when the payout does. */
            termsHash: string;
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
            /** @description The ledger transfers that it made. */
            transferIds: string[];
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The wallet. */
            walletId: string;
        };
        PayoutAddress: {
            /** @description The on-chain address. */
            address: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The customer's own name for it. */
            label: string | null;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description When it was taken off the list; null: it is on it. */
            removedAt: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "active" | "removed";
            /**
             * Format: date-time
             * @description From when on payouts may go there.
             */
            usableAt: string;
        };
        /**
         * @description - `payout_address.added`: A customer added a payout address; it can be used from `usableAt` on.
         *     - `payout_address.removed`: It was taken off the list.
         */
        PayoutAddressEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description The chain. */
                network?: string;
                /**
                 * Format: date-time
                 * @description From when on it can be used.
                 */
                usableAt?: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payout_address.added" | "payout_address.removed";
        };
        PayoutAttempt: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Who gave it up and had another made. */
            decidedBy: string | null;
            /** @description Why it was given up and made again. */
            decision: string | null;
            /** @description Why it failed; null: it did not. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description Also the reference that the provider is given. */
            id: string;
            /** @description Gas in the chain's own token; null: not known (yet). */
            networkFee: {
                /** @description In minor units of the asset or currency beside it. */
                amount: string;
                /** @description What is counted. */
                asset: string;
            } | null;
            /** @description The first is 1. */
            number: number;
            /**
             * @description Who was asked to send it.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "submitting" | "unknown" | "submitted" | "confirmed" | "failed" | "abandoned";
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        PayoutChange: {
            /** @description The on-chain address. */
            address?: string;
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount?: number;
        };
        /**
         * @description - `payouts.halted`: Nothing is sent any more.
         *     - `payouts.resumed`: Payouts go on.
         */
        PayoutControlEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Why, for people and auditors; null: nobody said. */
                reason?: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payouts.halted" | "payouts.resumed";
        };
        PayoutControls: {
            /** @description How long a new payout address waits before it can be used, in seconds. */
            coolingOffSeconds: number;
            /** @description Whether the kill switch is thrown: nothing is sent. */
            halted: boolean;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The principal that changed it last. */
            updatedBy: string;
        };
        PayoutControlsChange: {
            /** @description How long a new payout address waits before it can be used, in seconds. */
            coolingOffSeconds?: number;
            /** @description The kill switch: true stops all sending. */
            halted?: boolean;
            /** @description Why, for people and auditors; null: nobody said. */
            reason?: string;
        };
        /**
         * @description - `payout.requested`: A payout was asked for.
         *     - `payout.awaiting_approval`: A second person must approve it.
         *     - `payout.approved`: It may be sent.
         *     - `payout.submitting`: It is being sent.
         *     - `payout.unknown`: The provider gave no clear answer; it is not sent again by itself.
         *     - `payout.submitted`: The provider has it.
         *     - `payout.confirmed`: The coins arrived.
         *     - `payout.failed`: It will not happen; the money is back in the wallet.
         *     - `payout.canceled`: It was canceled; the money is back in the wallet.
         *     - `payout.needs_review`: Something contradicts the books; a person must look.
         *     - `payout.needs_decision`: The provider has said nothing for a day; a person must decide.
         *     - `payout.stuck`: It was submitted and is not confirmed.
         */
        PayoutEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description The attempt, by its id or number. */
                attempt?: string | number;
                /** @description Why it failed, for programs; null: it did not. */
                failureCode?: string;
                /** @description It arrived after it was held to have failed. */
                late?: boolean;
                /** @description The chain. */
                network: string;
                /** @description What the wallet owes since the payout arrived late. */
                owed?: number;
                /** @description The payment that this is about; null: none. */
                paymentId?: string | null;
                /** @description What is sent, in minor units of `payoutAsset`. */
                payoutAmount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                payoutAsset: string;
                /** @description The provider's name of it; null: it has none (yet). */
                providerReference?: string;
                /** @description Why, for people and auditors; null: nobody said. */
                reason?: string | null;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "requested" | "awaiting_approval" | "approved" | "submitting" | "unknown" | "submitted" | "confirmed" | "failed" | "canceled";
                /** @description The `termsHash` of the payout that you have looked at. */
                termsHash?: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payout.requested" | "payout.awaiting_approval" | "payout.approved" | "payout.submitting" | "payout.unknown" | "payout.submitted" | "payout.confirmed" | "payout.failed" | "payout.canceled" | "payout.needs_review" | "payout.needs_decision" | "payout.stuck";
        };
        /** @description Pay the proceeds out as soon as the payment has succeeded. */
        PayoutInstruction: {
            /** @description On the customer's list of payout addresses. */
            address: string;
            /** @description The stablecoin to pay out in. */
            asset: string;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
        };
        /** @description The settings that a change is about. */
        PayoutLimitValues: {
            /** @description Minor units of the stablecoin; null: never. */
            approvalAbove?: number | null;
            /** @description How long a new address waits. */
            coolingOffSeconds?: number;
            /** @description Minor units of the stablecoin; null: no limit. */
            customerDayMax?: number | null;
            /** @description Minor units of the stablecoin; null: no limit. */
            globalDayMax?: number | null;
            /** @description Minor units of the stablecoin; null: no limit. */
            perPayoutMax?: number | null;
        };
        /** @description Amounts in minor units of the stablecoin. */
        PayoutPolicy: {
            /** @description Above this a second person must approve; 0: always; null: never. */
            approvalAbove: number | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Most for one customer in any 24 hours, in minor units; null: no limit. */
            customerDayMax: number | null;
            /** @description The fee, in hundredths of a per cent of the amount. */
            feeBasisPoints: number;
            /** @description The least fee, in minor units of the stablecoin. */
            feeMinimum: number;
            /** @description Most for all customers in any 24 hours, in minor units; null: no limit. */
            globalDayMax: number | null;
            /** @description Least that must arrive, in minor units of the stablecoin. */
            minimum: number;
            /** @description Most for one payout, in minor units; null: no limit. */
            perPayoutMax: number | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The principal that changed it last. */
            updatedBy: string;
        };
        PayoutQuote: {
            /** @description The on-chain address. */
            address: string;
            /** @description What leaves the wallet, in minor units of `asset`. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Your own user id. */
            customerId: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description A second person must approve it. */
            needsApproval: boolean;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Gas in the chain's own token; null: not known (yet). */
            networkFee: components["schemas"]["NetworkFee"] | null;
            /** @description The payment that this is about; null: none. */
            paymentId: string | null;
            /** @description What arrives, in minor units of `payoutAsset`. */
            payoutAmount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            payoutAsset: string;
            /** @description What we keep of it, in minor units of `asset`. */
            platformFee: number;
            /**
             * @description Who sends it: the provider that serves the chain.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description Price of one `payoutAsset` in `asset`; null when they are the same. */
            rate: string | null;
            /** @description The wallet. */
            walletId: string;
        };
        PayoutReason: {
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
        };
        /** @description - `payout.refused`: The payout that a payment asked for could not start; the resource is the payment. */
        PayoutRefusalEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description What is wrong, for a person. */
                detail: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payout.refused";
        };
        /** @description A change that loosens what payouts are held to. */
        PayoutSettingChange: {
            /** @description What holds once it is applied. */
            after: components["schemas"]["PayoutLimitValues"];
            /** @description What held until then. */
            before: components["schemas"]["PayoutLimitValues"];
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            createdAt: string;
            /** @description Who approved or canceled it; null: nobody (yet). */
            decidedBy: string | null;
            /**
             * Format: date-time
             * @description When it takes effect if nobody decides sooner.
             */
            effectiveAt: string;
            /** @description Names the change. */
            id: string;
            /** @description The principal that asked for it. */
            requestedBy: string;
            /**
             * @description Whether it waits, holds, or was called off.
             * @enum {string}
             */
            status: "pending" | "applied" | "canceled";
            /** @description `cooling_off`, or `policy:` and the stablecoin. */
            subject: string;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /**
         * @description - `payout_settings.proposed`: A looser limit was asked for, and waits.
         *     - `payout_settings.applied`: It holds.
         *     - `payout_settings.canceled`: It was canceled.
         */
        PayoutSettingEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description The limits asked for. */
                after: {
                    /** @description Decimal; null is no limit. */
                    approvalAbove?: string | null;
                    /** @description How long a new payout address waits before it can be used, in seconds. */
                    coolingOffSeconds?: number;
                    /** @description Decimal; null is no limit. */
                    customerDayMax?: string | null;
                    /** @description Decimal; null is no limit. */
                    globalDayMax?: string | null;
                    /** @description Decimal; null is no limit. */
                    perPayoutMax?: string | null;
                };
                /** @description The limits before. */
                before: {
                    /** @description Decimal; null is no limit. */
                    approvalAbove?: string | null;
                    /** @description How long a new payout address waits before it can be used, in seconds. */
                    coolingOffSeconds?: number;
                    /** @description Decimal; null is no limit. */
                    customerDayMax?: string | null;
                    /** @description Decimal; null is no limit. */
                    globalDayMax?: string | null;
                    /** @description Decimal; null is no limit. */
                    perPayoutMax?: string | null;
                };
                /**
                 * Format: date-time
                 * @description When it happened in the world.
                 */
                effectiveAt: string;
                /** @description What the setting is about: a stablecoin, or all payouts. */
                subject: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payout_settings.proposed" | "payout_settings.applied" | "payout_settings.canceled";
        };
        Plan: {
            /** @description Your own name for the plan. */
            code: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority: number | null;
            /** @description Words for a person. */
            description: string | null;
            dunning: components["schemas"]["PlanDunning"];
            /**
             * @description Whether a cycle that a discount made free gives its credits.
             * @enum {string}
             */
            freeInvoices: "grant" | "skip";
            grants: components["schemas"]["Grants"];
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description The unit of the billing period.
             * @enum {string}
             */
            interval: "day" | "week" | "month" | "year";
            /** @description How many of `interval` a billing period has. */
            intervalCount: number;
            metadata: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name: string;
            /** @description The default price. */
            price: components["schemas"]["Price"];
            /** @description One for each currency. */
            prices: components["schemas"]["Price"][];
            /**
             * @description When the price of an invoice is earned: `use`, as its credits are spent or expire; `straight_line`, day by day over the period.
             * @enum {string}
             */
            recognition: "use" | "straight_line";
            /** @description What happens to unused credits when a cycle begins. */
            renewal: {
                /**
                 * @description How credits of a cycle are given.
                 * @enum {string}
                 */
                mode: "add" | "set" | "top_up_to";
                /** @description Most unused credits that go over into the next cycle; null: no cap. */
                rolloverCap: number | null;
            };
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "active" | "retired";
            /** @description Days before the first payment. */
            trialDays: number;
            /** @description Credits for the trial. */
            trialGrants: number;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /** @description An absent field stays as it is. `status: retired` takes it off sale. Grants and terms count from the next invoice on, a price for new subscriptions. */
        PlanChange: {
            /** @description How long the credits may be spent: ISO 8601, whole days or months. Null: for ever. */
            creditsExpireAfter?: string | null;
            /** @description Which credits are spent first: the lower. Null is 50. */
            creditsPriority?: number | null;
            /** @description Words for a person. */
            description?: string | null;
            dunning?: components["schemas"]["PlanDunning"];
            /**
             * @description Whether a cycle that a discount made free gives its credits.
             * @enum {string}
             */
            freeInvoices?: "grant" | "skip";
            grants?: components["schemas"]["Grants"];
            metadata?: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name?: string;
            /** @description One per currency; the first is the default. */
            prices?: components["schemas"]["Price"][];
            /**
             * @description When the price of an invoice is earned: `use`, as its credits are spent or expire; `straight_line`, day by day over the period.
             * @enum {string}
             */
            recognition?: "use" | "straight_line";
            renewal?: components["schemas"]["PlanRenewal"];
            /**
             * @description How far it is.
             * @enum {string}
             */
            status?: "active" | "retired";
            /** @description Days before the first payment. */
            trialDays?: number;
            /** @description What a trial gives of the plan's asset. */
            trialGrants?: number;
        };
        PlanDunning: {
            /**
             * @description `freeze` refuses spending of the plan's asset until the invoice is paid; `cancel` ends the subscription.
             * @enum {string}
             */
            consequence: "keep" | "freeze" | "cancel";
            /** @description Days from the first failure to the consequence. */
            graceDays: number;
        };
        PlanRenewal: {
            /**
             * @description `add` gives a cycle's credits on top of what is left. `set` brings the balance to them, down too; `top_up_to` brings it up to them and never down.
             * @enum {string}
             */
            mode: "add" | "set" | "top_up_to";
            /** @description With `add`: at most so much of what is left stays. */
            rolloverCap?: number;
        };
        PortalSession: {
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description Where to send the customer. */
            url: string;
        };
        Price: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
        };
        /** @description Who acts: a person or a back end, whatever key it uses. Idempotency keys, limits and approvals go by it. */
        Principal: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            createdAt: string;
            /** @description The principal that made it. */
            createdBy: string;
            /** @description Appears as the actor in audit events and as `requestedBy`. */
            id: string;
            /** @description All keys it ever had, oldest first. */
            keys: components["schemas"]["ApiKey"][];
            /**
             * @description A person, or a back end.
             * @enum {string}
             */
            kind: "person" | "service";
            /** @description The last use of any of its keys, to the minute. */
            lastUsedAt: string | null;
            /** @description Unique without regard to case. */
            name: string;
            /** @description What its working keys may do together. */
            roles: ("admin" | "service" | "finance" | "approver" | "support")[];
        };
        Problem: {
            /** @description Stable, for programs to switch on. */
            code: string;
            /** @description What is wrong, for a person. */
            detail: string;
            /** @description What is wrong with which part of the request. */
            errors?: {
                /** @description What is wrong, for a person. */
                detail: string;
                /** @description JSON pointer into the request; `/headers/...`, `/params/...` and `/querystring/...` into its other parts. */
                pointer: string;
            }[];
            /** @description Names the request, as `X-Request-Id` does; tell it to whoever helps you. */
            requestId: string;
            /** @description The HTTP status. */
            status: number;
            /** @description The status in words. */
            title: string;
            /** @description Where the kind of problem is explained; `code` repeats its last part. */
            type: string;
        } & {
            [key: string]: unknown;
        };
        Product: {
            /** @description A stable name, for programs. */
            code: string;
            /** @description How the provider's side differs; null when it could not be asked. */
            drift: components["schemas"]["CatalogDrift"][] | null;
            /** @description Why it failed; null: it did not. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description The package's or plan's id. */
            id: string;
            /** @description The unit of the billing period. */
            interval: ("day" | "week" | "month" | "year") | null;
            /** @description How many of `interval` a billing period has. */
            intervalCount: number | null;
            /**
             * @description Which kind it is.
             * @enum {string}
             */
            kind: "package" | "plan";
            /** @description A name for people. */
            name: string;
            /** @description One for each currency. */
            prices: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description How the provider's side differs; null when it could not be asked. */
                drift: components["schemas"]["CatalogDrift"][] | null;
                /** @description Why it failed; null: it did not. */
                failure: {
                    /** @description A stable name, for programs. */
                    code: string;
                    /** @description The same for a person. */
                    message: string;
                } | null;
                /** @description What the provider finds the price by. */
                lookupKey: string;
                /** @description The provider's name of it; null: it has none (yet). */
                providerReference: string | null;
                /**
                 * @description `archived` prices are no longer sold; subscriptions that have them keep them.
                 * @enum {string}
                 */
                status: "wanted" | "active" | "retiring" | "archived";
            }[];
            /**
             * @description Whose side of it this is.
             * @constant
             */
            provider: "stripe";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "active" | "retired";
            /** @description It is at the provider as wanted, as far as we were told. */
            synced: boolean;
        };
        ProductList: {
            /** @description The provider was asked and answered. */
            checked: boolean;
            /** @description The rows of this page. */
            data: components["schemas"]["Product"][];
            /** @description Send it as `cursor` for the next page; null: this is the last. */
            nextCursor: null;
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description All that have the packages and plans. */
            providers: "stripe"[];
        };
        ProductSyncQueued: {
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description How many packages and plans the worker is bringing to each provider. */
            queued: number;
        };
        ProviderTransaction: {
            /** @description Which account at the provider, where there are several. */
            account: string | null;
            /** @description Minor units of the asset. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description From when on it can be paid out; null: the provider does not say. */
            availableAt: string | null;
            /** @description The payout to your bank that carries it. */
            bankPayout: string | null;
            /**
             * @description What moved the balance, in words that are the same for every provider.
             * @enum {string}
             */
            category: "payment" | "payment_returned" | "refund" | "refund_returned" | "dispute" | "dispute_reversal" | "fee" | "tax" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve" | "deposit" | "withdrawal" | "internal" | "conversion" | "network_fee" | "other";
            /** @description Words for a person. */
            description: string | null;
            /** @description As the provider prints it; nothing is computed with it. */
            exchangeRate: string | null;
            /** @description Minor units of the asset. */
            fee: number;
            /** @description What the fee is made of. */
            fees: {
                /** @description Decimal, in whole units. */
                amount: string;
                /** @description Words for a person. */
                description?: string;
                /** @description Which kind it is. */
                kind: string;
            }[];
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description How its partner in the ledger was found; null while it has none. */
            matchedBy: ("booked" | "reference" | "offset" | "composite" | "resolved") | null;
            /** @description Minor units of the asset. */
            net: number;
            /**
             * Format: date-time
             * @description When it happened at the provider; null: it does not say.
             */
            occurredAt: string;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description The provider's own word. */
            providerCategory: string;
            /** @description The provider's id. */
            reference: string;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "pending" | "available";
            /** @description The payment, refund, dispute or payout that it is of. */
            subjectReference: string | null;
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
        };
        PublicConfig: {
            /** @description The providers that are switched on. */
            providers: {
                /** @description The flows that the provider offers. */
                flows: string[];
                /**
                 * @description A name for people.
                 * @enum {string}
                 */
                name: "stripe" | "coinbase" | "bank_transfer";
                /** @description For the provider's front-end library; null: it needs none. */
                publishableKey: string | null;
            }[];
        };
        PutAutoTopUp: {
            /** @description Minor units of the asset: 999 USD is 9.99. */
            amount?: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Always needed: without it, 422. */
            consent?: components["schemas"]["NewAutoTopUpConsent"];
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency?: string;
            /**
             * @description An administrator's decision: what disputes hold against the customer and the card is lifted.
             * @constant
             */
            despiteDispute?: true;
            /** @description What the customer gets. */
            grants?: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description At most this is charged in a calendar month (UTC). */
            monthlyCap: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            };
            /** @description Code or id of a package; or give `amount` and `currency`. */
            package?: string;
            /** @description An attached method; the default one, or the only one, when absent. */
            paymentMethodId?: string;
            /** @description With a `package` whose buyer says what to pay. */
            price?: {
                /** @description Minor units of the asset: 999 USD is 9.99. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            };
            /**
             * @description Whose method is charged. When absent, who keeps the named method, or the first provider that is set up.
             * @constant
             */
            provider?: "stripe";
            /** @description It is topped up when less than this can be spent. */
            threshold: number;
        };
        PutCustomer: {
            /** @description ISO 3166-1 alpha-2. */
            country?: string | null;
            /** @description The customer's e-mail address. */
            email?: string | null;
            metadata?: components["schemas"]["Metadata"];
            /** @description A name for people. */
            name?: string | null;
        };
        QuotePayout: {
            /** @description On the customer's list of payout addresses, and cool. */
            address: string;
            /** @description What leaves the wallet, in minor units of `asset`. */
            amount?: number;
            /** @description Of the wallet's balance. */
            asset?: string;
            /** @description Refuse when less would arrive, in minor units of `payoutAsset`. */
            minimumReceived?: number;
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description Instead: the proceeds of this payment. */
            paymentId?: string;
            /** @description The stablecoin that arrives; `asset` when absent. */
            payoutAsset?: string;
            /** @description The wallet. */
            walletId?: string;
        };
        Reconciliation: {
            /** @description What is counted. */
            asset: string | null;
            /** @description What it did; null before it is completed. */
            counts: {
                /** @description Transfers of what only the statement knows: fees, exchanges, bank payouts. */
                booked: number;
                /** @description Breaks that went away by themselves. */
                closed: number;
                /** @description Transactions that the provider lists and that were new. */
                imported: number;
                /** @description Objects of the provider whose two sides agree. */
                matched: number;
                /** @description Breaks that are new. */
                opened: number;
                /** @description Entries of the statement that could not be read; they are kept. */
                unreadable: number;
            } | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The principal that caused it. */
            createdBy: string;
            /** @description Why it failed; null: it did not. */
            failure: string | null;
            /** @description When it ended; null: it has not. */
            finishedAt: string | null;
            /**
             * Format: date-time
             * @description What is given.
             */
            from: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description When a worker began it; null: it waits. */
            startedAt: string | null;
            /** @description One for each asset; null before the run is completed. */
            statements: components["schemas"]["ReconciliationStatement"][] | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "queued" | "running" | "completed" | "failed";
            /**
             * Format: date-time
             * @description What is got for it.
             */
            to: string;
        };
        ReconciliationBreak: {
            /** @description Which account at the provider, where there are several. */
            account: string | null;
            /**
             * @description In days.
             * @enum {string}
             */
            age: "0-1" | "2-5" | "6-10" | "11-30" | "over_30";
            /** @description The principal that approved it; null: nobody did. */
            approvedBy: string | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Who looks after it; null: nobody. */
            assignee: string | null;
            /** @description Ledger minus provider, in minor units. */
            difference: number;
            /** @description When it ended; null: it has not. */
            endedAt: string | null;
            /**
             * Format: date-time
             * @description When it was found.
             */
            firstSeenAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description What is wrong; `suggestion` says what to do about it.
             * @enum {string}
             */
            kind: "missing_here" | "missing_there" | "amount" | "currency" | "duplicate" | "fee_variance" | "unknown" | "changed" | "payout_sum" | "balance" | "unexplained_withdrawal";
            /**
             * Format: date-time
             * @description When it was last found to be there.
             */
            lastSeenAt: string;
            /** @description Minor units of the asset. */
            ledger: number;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description Minor units of the asset. */
            providerAmount: number;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string | null;
            /** @description The provider's reference of what differs. */
            reference: string | null;
            /** @description How it ended; null while it is open. */
            resolution: ("booked" | "written_off" | "matched_later") | null;
            /** @description Where the difference was put; null: nowhere. */
            resolutionAccount: ("unexplained" | "provider_fees" | "fx_difference" | "bank" | "written_off") | null;
            /** @description Who said what becomes of it; null: nobody, or it closed by itself. */
            resolvedBy: string | null;
            /**
             * @description By amount and age.
             * @enum {string}
             */
            severity: "low" | "medium" | "high" | "critical";
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "open" | "pending_approval" | "resolved" | "closed";
            /** @description What a person should do about it. */
            suggestion: string;
            /** @description The transfer that a resolution made. */
            transactionId: string | null;
        };
        ReconciliationBreakAssignment: {
            /** @description Who looks after it; null for nobody. */
            assignee: string | null;
        };
        ReconciliationBreakDetail: {
            /** @description Which account at the provider, where there are several. */
            account: string | null;
            /**
             * @description In days.
             * @enum {string}
             */
            age: "0-1" | "2-5" | "6-10" | "11-30" | "over_30";
            /** @description The principal that approved it; null: nobody did. */
            approvedBy: string | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Who looks after it; null: nobody. */
            assignee: string | null;
            /** @description Ledger minus provider, in minor units. */
            difference: number;
            /** @description When it ended; null: it has not. */
            endedAt: string | null;
            /**
             * Format: date-time
             * @description When it was found.
             */
            firstSeenAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /**
             * @description What is wrong; `suggestion` says what to do about it.
             * @enum {string}
             */
            kind: "missing_here" | "missing_there" | "amount" | "currency" | "duplicate" | "fee_variance" | "unknown" | "changed" | "payout_sum" | "balance" | "unexplained_withdrawal";
            /**
             * Format: date-time
             * @description When it was last found to be there.
             */
            lastSeenAt: string;
            /** @description Minor units of the asset. */
            ledger: number;
            /** @description What people wrote about it, oldest first. */
            notes: components["schemas"]["ReconciliationNote"][];
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description Minor units of the asset. */
            providerAmount: number;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string | null;
            /** @description The provider's reference of what differs. */
            reference: string | null;
            /** @description How it ended; null while it is open. */
            resolution: ("booked" | "written_off" | "matched_later") | null;
            /** @description Where the difference was put; null: nowhere. */
            resolutionAccount: ("unexplained" | "provider_fees" | "fx_difference" | "bank" | "written_off") | null;
            /** @description Who said what becomes of it; null: nobody, or it closed by itself. */
            resolvedBy: string | null;
            /**
             * @description By amount and age.
             * @enum {string}
             */
            severity: "low" | "medium" | "high" | "critical";
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "open" | "pending_approval" | "resolved" | "closed";
            /** @description What a person should do about it. */
            suggestion: string;
            /** @description The transfer that a resolution made. */
            transactionId: string | null;
        };
        /**
         * @description - `reconciliation.break_opened`: A difference between a provider's statement and the ledger needs a person.
         *     - `reconciliation.break_proposed`: Somebody proposed to write a difference off; a second person must approve.
         *     - `reconciliation.break_resolved`: A person said what becomes of a difference, and it was booked.
         *     - `reconciliation.break_closed`: A difference went away by itself: its partner arrived.
         */
        ReconciliationBreakEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description What is counted. */
                asset: string;
                /** @description Ledger minus provider, in minor units. */
                difference: string;
                /**
                 * @description Which kind it is.
                 * @enum {string}
                 */
                kind: "missing_here" | "missing_there" | "amount" | "currency" | "duplicate" | "fee_variance" | "unknown" | "changed" | "payout_sum" | "balance" | "unexplained_withdrawal";
                /** @description Who carries the money. */
                provider: string;
                /** @description Your own reference. */
                reference: string | null;
                /** @description How it ended; null while it is open. */
                resolution: string | null;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "reconciliation.break_opened" | "reconciliation.break_proposed" | "reconciliation.break_resolved" | "reconciliation.break_closed";
        };
        /**
         * @description - `reconciliation.completed`: A provider's statement was booked and compared with the ledger.
         *     - `reconciliation.failed`: A run could not be finished; the next one starts anew.
         */
        ReconciliationEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description How many breaks are open after it. */
                breaks: number;
                /** @description Why it failed; null: it did not. */
                failure: string | null;
                /** @description Who carries the money. */
                provider: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "reconciliation.completed" | "reconciliation.failed";
        };
        ReconciliationNote: {
            /** @description Who wrote it: a principal. */
            author: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description What the customer was shown. */
            text: string;
        };
        /** @description What a run would do and come to. Nothing was written. */
        ReconciliationPreview: {
            /** @description What the run does. */
            counts: {
                /** @description Transfers of what only the statement knows: fees, exchanges, bank payouts. */
                booked: number;
                /** @description Breaks that went away by themselves. */
                closed: number;
                /** @description Transactions that the provider lists and that were new. */
                imported: number;
                /** @description Objects of the provider whose two sides agree. */
                matched: number;
                /** @description Breaks that are new. */
                opened: number;
                /** @description Entries of the statement that could not be read; they are kept. */
                unreadable: number;
            };
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun: true;
            /**
             * Format: date-time
             * @description What is given.
             */
            from: string;
            /**
             * @description Whose statement it is.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /** @description One for each asset; null before the run is completed. */
            statements: components["schemas"]["ReconciliationStatement"][];
            /**
             * Format: date-time
             * @description What is got for it.
             */
            to: string;
        };
        /** @description One balance over a window, on both sides. The difference of the closing balances is `inTransit` + `remainder`. */
        ReconciliationStatement: {
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description The balance when the window ends, as the provider and as the ledger has it. */
            closing: {
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                ledger: string;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                provider: string;
            };
            /** @description Ledger minus provider, of what a partner may still come for. */
            inTransit: string;
            /** @description Opening and lines add up to closing, on both sides. */
            lines: {
                /**
                 * @description What moved the balance; `fees` is what was kept of other movements.
                 * @enum {string}
                 */
                category: "payment" | "payment_returned" | "refund" | "refund_returned" | "dispute" | "dispute_reversal" | "fee" | "tax" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve" | "deposit" | "withdrawal" | "internal" | "conversion" | "network_fee" | "other" | "fees" | "not_listed";
                /** @description How many transactions the provider lists. */
                count: number;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                ledger: string;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                provider: string;
            }[];
            /** @description How many open items there are. */
            openCount: number;
            /** @description The balance when the window begins, as the provider and as the ledger has it. */
            opening: {
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                ledger: string;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                provider: string;
            };
            /** @description What `inTransit` and `remainder` are made of; the first hundred. */
            openItems: {
                /**
                 * @description Which kind it is.
                 * @enum {string}
                 */
                kind: "payment" | "refund" | "dispute" | "deposit" | "withdrawal" | "other";
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                ledger: string;
                /** @description Minor units of the asset, as digits: sums may exceed 2^53. */
                provider: string;
                /** @description The provider's reference. */
                reference: string;
                /**
                 * Format: date-time
                 * @description When the oldest part of it happened.
                 */
                since: string;
            }[];
            /** @description Ledger minus provider, of the rest: each part of it is a break. */
            remainder: string;
        };
        Refund: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description The part that is more than the payment had left; only from a dashboard. */
            excess: number;
            /** @description Why it failed; null: it did not. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Words for a person. */
            note: string | null;
            /**
             * @description `provider`: made in the provider's dashboard.
             * @enum {string}
             */
            origin: "api" | "provider";
            /** @description The payment that this is about; null: none. */
            paymentId: string;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string | null;
            /** @description The principal that asked for it. */
            requestedBy: string;
            /** @description Another refund at the provider that carries our id: set aside for a person, and never booked. */
            secondReference: string | null;
            /**
             * @description How far it is.
             * @enum {string}
             */
            status: "requested" | "pending" | "succeeded" | "failed" | "canceled";
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /**
         * @description - `refund.requested`: A refund was asked for.
         *     - `refund.pending`: The provider has it.
         *     - `refund.succeeded`: The money is on its way to the customer.
         *     - `refund.failed`: It will not happen; what it took is given back.
         *     - `refund.canceled`: It was canceled; what it took is given back.
         *     - `refund.needs_review`: Two refunds at the provider carry the same id of ours; a person must look.
         */
        RefundEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
                /** @description The part that is more than the payment had left. */
                excess?: number;
                /** @description Why it failed, for programs; null: it did not. */
                failureCode?: string;
                /**
                 * @description `provider`: made in the provider's dashboard.
                 * @enum {string}
                 */
                origin: "api" | "provider";
                /** @description The payment that this is about; null: none. */
                paymentId: string;
                /** @description The provider's name of it; null: it has none (yet). */
                providerReference?: string | null;
                /** @description Another refund at the provider that carries our id: set aside for a person. */
                secondReference?: string;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "requested" | "pending" | "succeeded" | "failed" | "canceled";
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "refund.requested" | "refund.pending" | "refund.succeeded" | "refund.failed" | "refund.canceled" | "refund.needs_review";
        };
        RefundPreview: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun: true;
            /** @description The payment that this is about; null: none. */
            paymentId: string;
            /** @description What of `grants` would be taken back, and what would be owed. */
            takesBack: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
        };
        RescanRequest: {
            /**
             * @description The chain.
             * @enum {string}
             */
            network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string;
        };
        RotateApiKey: {
            /**
             * @description How long the old key goes on working, in seconds: up to 30 days.
             * @default 86400
             */
            overlapSeconds: number;
        };
        StatementImport: {
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description What is charged for, one by one. */
            lines: {
                /** @description The payment that this is about; null: none. */
                paymentId: string | null;
                /** @description Why it is of no payment. */
                reason: ("no_reference" | "unknown_reference" | "several_references" | "wrong_currency") | null;
                /** @description It was told before, and nothing was done again. */
                repeated: boolean;
                /** @description The bank's own id of it. */
                statementLineId: string;
                /**
                 * @description `differs`: told before with other facts; nothing was changed.
                 * @enum {string}
                 */
                status: "booked" | "unmatched" | "differs";
            }[];
        };
        StatementLine: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /**
             * Format: date-time
             * @description When the bank booked it.
             */
            bookedAt: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The payment that this is about; null: none. */
            paymentId: string | null;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /** @description Why it is of no payment. */
            reason: ("no_reference" | "unknown_reference" | "several_references" | "wrong_currency") | null;
            /** @description The bank's own id of it. */
            statementLineId: string;
            /**
             * @description `booked`: the money is in the books for `paymentId`; `unmatched` waits for a person, and is not.
             * @enum {string}
             */
            status: "booked" | "unmatched";
            /** @description What the payer wrote; empty when a person told the line. */
            text: string;
        };
        /** @description - `treasury.unexplained_withdrawal`: Coins left a master wallet, and no payout of ours sent them. */
        StrayWithdrawalEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description The transaction on the chain; null: none (yet). */
                transactionHash: string | null;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "treasury.unexplained_withdrawal";
        };
        Subscription: {
            /** @description It ends then. */
            cancelAt: string | null;
            /** @description When it was canceled; null: it was not. */
            canceledAt: string | null;
            /** @description An upgrade waits for its payment. */
            changePending: boolean;
            /** @description Where to send the customer, until they have subscribed. */
            checkoutUrl: string | null;
            /** @description For the provider's front-end library, while a payment is due or a card is to be saved. */
            clientSecret: string | null;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /** @description When the period that is paid for ends; null before the first. */
            currentPeriodEnd: string | null;
            /** @description When the period that is paid for began; null before the first. */
            currentPeriodStart: string | null;
            /** @description Your own user id. */
            customerId: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun?: true;
            /** @description The open case of an unpaid invoice; null: none. */
            dunning: components["schemas"]["Dunning"] | null;
            /** @description When it ended; null: it has not. */
            endedAt: string | null;
            /** @description When the checkout page runs out; null once it is of no use. */
            expiresAt: string | null;
            /** @description Why the last attempt failed. */
            failure: {
                /** @description A stable name, for programs. */
                code: string;
                /** @description The bank's own reason, when it gave one. */
                declineCode?: string;
                /** @description The same for a person. */
                message: string;
            } | null;
            /**
             * @description `payment_intent` for your own form, `checkout` for the provider's page.
             * @enum {string}
             */
            flow: "payment_intent" | "checkout";
            /** @description Names this object; it sorts by age. */
            id: string;
            metadata: components["schemas"]["Metadata"];
            /** @description Items that were put beside the plan's at the provider; they are left alone. */
            otherItems: {
                /** @description The provider's name of the item that is the plan's. */
                itemReference: string;
                /** @description The provider's name of the price. */
                priceReference: string;
                /** @description How many of the plan. */
                quantity: number;
            }[];
            /** @description Nothing is collected or granted for now. */
            paused: boolean;
            /** @description The saved method, by the provider's name; null: none. */
            paymentMethodId: string | null;
            /** @description The plan; null when its price is none of ours. */
            planId: string | null;
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description The provider's name of it; null: it has none (yet). */
            providerReference: string | null;
            /** @description How many of the plan. */
            quantity: number;
            /**
             * @description `requested`: the provider has not answered yet. `failed`: it refused. The others are the provider's: `incomplete` waits for the first payment, `past_due` for a later one.
             * @enum {string}
             */
            status: "requested" | "failed" | "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
            /** @description When the trial ends; null: there is none. */
            trialEnd: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The wallet. */
            walletId: string;
        };
        SubscriptionCancellation: {
            /**
             * @description When it ends: now, or with the period that is paid for.
             * @default period_end
             * @enum {string}
             */
            at: "now" | "period_end";
        };
        SubscriptionChange: {
            /** @description Code or id of a plan. */
            plan?: string;
            /**
             * @description `create` puts the difference on the next invoice, `invoice_now` on one of its own, which must be paid before the change counts; `none` leaves it out. Credits follow what is invoiced.
             * @default create
             * @enum {string}
             */
            proration: "none" | "create" | "invoice_now";
            /**
             * Format: date-time
             * @description That of the preview, to be charged what it showed.
             */
            prorationDate?: string;
            /** @description How many of the plan. */
            quantity?: number;
        };
        /**
         * @description - `subscription.created`: A subscription was asked for.
         *     - `subscription.updated`: Its plan, quantity or end changed.
         *     - `subscription.requested`: The provider has not answered yet.
         *     - `subscription.failed`: The provider refused it.
         *     - `subscription.incomplete`: It waits for the first payment.
         *     - `subscription.incomplete_expired`: The first payment never came.
         *     - `subscription.trialing`: The trial runs.
         *     - `subscription.active`: It is paid.
         *     - `subscription.past_due`: A later payment is missing.
         *     - `subscription.unpaid`: The provider gave up collecting.
         *     - `subscription.paused`: The provider paused it.
         *     - `subscription.canceled`: It ended.
         */
        SubscriptionEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description When it will end; null: it goes on. */
                cancelAt: string | null;
                /** @description Whether a change waits for its payment. */
                changePending: boolean;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency?: string;
                /** @description Why it failed, for programs; null: it did not. */
                failureCode?: string;
                /** @description `payment_intent` for your own form, `checkout` for the provider's page. */
                flow?: string;
                /** @description Whether invoices are made without being collected. */
                paused: boolean;
                /** @description The plan; null when its price is none of ours. */
                planId: string | null;
                /** @description How many of the plan. */
                quantity: number;
                /**
                 * @description How far it is.
                 * @enum {string}
                 */
                status: "requested" | "failed" | "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "subscription.created" | "subscription.updated" | "subscription.requested" | "subscription.failed" | "subscription.incomplete" | "subscription.incomplete_expired" | "subscription.trialing" | "subscription.active" | "subscription.past_due" | "subscription.unpaid" | "subscription.paused" | "subscription.canceled";
        };
        SubscriptionPreview: {
            /** @description Of each cycle, in minor units of `currency`. */
            amount: number;
            /** @description ISO 4217, or the stablecoin that is charged. */
            currency: string;
            /**
             * @description There when nothing was written: what would happen.
             * @constant
             */
            dryRun: true;
            /** @description Of each cycle. */
            grants: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            /** @description The plan; null when its price is none of ours. */
            planId: string;
            /**
             * @description Who carries the money.
             * @constant
             */
            provider: "stripe";
            /** @description How many of the plan. */
            quantity: number;
            /** @description Days before the first payment. */
            trialDays: number;
        };
        SubscriptionSummary: {
            /** @description Your own user id. */
            customerId: string;
            /** @description What each gives, and how often. */
            cycles: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /**
                 * @description The unit of the billing period.
                 * @enum {string}
                 */
                interval: "day" | "week" | "month" | "year";
                /** @description How many of `interval` a billing period has. */
                intervalCount: number;
                /** @description The subscription that this is about; null: none. */
                subscriptionId: string;
            }[];
            /** @description What cannot be spent because of that. */
            frozenAssets: string[];
            /** @description Invoices that are not paid. */
            openInvoices: {
                /** @description In minor units of the asset or currency beside it. */
                amount: number;
                /** @description How many there are. */
                count: number;
                /** @description ISO 4217, or the stablecoin that is charged. */
                currency: string;
            }[];
            /** @description One of them has an invoice that could not be collected. */
            pastDue: boolean;
            /** @description Those that have not ended, newest first. */
            subscriptions: components["schemas"]["Subscription"][];
        };
        Transfer: {
            /** @description Always positive; direction is from -> to. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The principal that caused it. */
            createdBy: string;
            /** @description Words for a person. */
            description: string | null;
            /**
             * Format: date-time
             * @description When it happened in the world.
             */
            effectiveAt: string;
            /** @description The account that it leaves. */
            fromAccountId: string;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description Your own key-value pairs. */
            metadata: components["schemas"]["Metadata"] | null;
            /** @description Your own reference. */
            reference: string | null;
            /** @description The transfer that this one reverses; null: none. */
            reverses: string | null;
            /** @description The object that caused it, e.g. a payment. */
            source: string | null;
            /** @description The account that it enters. */
            toAccountId: string;
            /** @description Transfers that happened together share it; null: nothing was booked. */
            transactionId: string;
            /** @description Which kind it is; more may come with time. */
            type: string;
        };
        TransferInstructions: {
            /** @description Whose account it is. */
            accountHolder: string;
            /** @description The bank's name. */
            bankName: string | null;
            /** @description The bank, for payers abroad. */
            bic: string | null;
            /** @description The account, without spaces. */
            iban: string;
            /** @description Tells whose money it is. */
            reference: string;
        };
        Treasury: {
            /** @description What is held against what is owed, for each stablecoin. */
            coverage: {
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description `custody` in our books: deposit addresses not swept yet included. */
                booked: number | null;
                /** @description The same sums in digits, whatever their size. */
                exact: {
                    /** @description What our books say is in custody. */
                    booked: string;
                    /** @description What the provider says is on the master wallets. */
                    onMasterWallets: string;
                    /** @description What is in wallets, or set aside for payouts. */
                    owed: string;
                    /** @description Booked less owed. */
                    surplus: string;
                };
                /** @description Whether what is owed is there. */
                isCovered: boolean;
                /** @description Minor units of the asset; null when a JSON integer cannot hold it. */
                onMasterWallets: number | null;
                /** @description In wallets, or set aside for payouts. */
                owed: number | null;
                /** @description Decimals of the asset in our books. */
                scale: number;
                /** @description Booked less owed: negative when customers' coins are missing. */
                surplus: number | null;
                /** @description The same sums in units of the asset, as the wallets' balances are. */
                units: {
                    /** @description What our books say is in custody. */
                    booked: string;
                    /** @description What the provider says is on the master wallets. */
                    onMasterWallets: string;
                    /** @description What is in wallets, or set aside for payouts. */
                    owed: string;
                    /** @description Booked less owed. */
                    surplus: string;
                };
            }[];
            /** @description Wallets of the settings on a chain that is not served, and coins enabled there that are no asset here. */
            strangers: {
                /**
                 * @description Who keeps the coins.
                 * @enum {string}
                 */
                provider: "blockradar";
                /** @description Why, for people and auditors; null: nobody said. */
                reason: string;
                /** @description The provider's name of the master wallet. */
                walletReference: string;
            }[];
            /** @description Providers that gave no answer: what is on their wallets is null here, and not in `onMasterWallets`. */
            unanswered: "blockradar"[];
            /** @description What a provider lists and we cannot read, the last seen first. */
            unreadable: {
                /** @description What the provider said, as JSON. */
                entry: string;
                /**
                 * Format: date-time
                 * @description When the provider first listed it.
                 */
                firstSeenAt: string;
                /**
                 * Format: date-time
                 * @description When the provider last listed it.
                 */
                lastSeenAt: string;
                /**
                 * @description Who keeps the coins.
                 * @enum {string}
                 */
                provider: "blockradar";
                /** @description Why, for people and auditors; null: nobody said. */
                reason: string;
                /** @description The provider's id of it, or the digest of what it says. */
                reference: string;
                /** @description The provider's name of the master wallet. */
                walletReference: string;
            }[];
            /** @description One for each chain. */
            wallets: {
                /** @description The on-chain address. */
                address: string;
                /**
                 * @description Whether the provider's wallet holds real coins.
                 * @enum {string}
                 */
                environment: "mainnet" | "testnet";
                /** @description The chain's own token that pays for transactions. */
                gas: {
                    /** @description An event is raised when the balance falls below this; null: never. */
                    alertBelow: string | null;
                    /** @description What is counted. */
                    asset: string;
                    /** @description What is there, in minor units of the asset. */
                    balance: string | null;
                };
                /** @description What the provider calls it. */
                id: string;
                /**
                 * @description The chain.
                 * @enum {string}
                 */
                network: "ethereum" | "base" | "polygon" | "bsc" | "arbitrum" | "optimism" | "avalanche" | "celo" | "tron" | "solana";
                /**
                 * @description Who keeps the coins.
                 * @enum {string}
                 */
                provider: "blockradar";
                /** @description The tokens that the wallet holds. */
                tokens: {
                    /** @description An event is raised when the balance falls below this; null: never. */
                    alertBelow: string | null;
                    /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                    asset: string;
                    /** @description In major units, as the provider says now; null: it does not say. */
                    balance: string | null;
                    /** @description The token's contract on the chain; null for the chain's own token. */
                    contract: string;
                    /** @description Digits after the decimal point that the chain counts. */
                    decimals: number;
                    /** @description Whether it is on. */
                    enabled: boolean;
                }[];
            }[];
        };
        /**
         * @description - `treasury.low_balance`: A master wallet has less of a stablecoin than its threshold.
         *     - `treasury.low_gas`: A master wallet has less than its threshold to pay network fees with.
         */
        TreasuryLevelEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description What is counted. */
                asset: string;
                /** @description Decimal, in whole coins. */
                balance: string;
                /** @description The chain. */
                network: string;
                /** @description Decimal, in whole coins. */
                threshold: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "treasury.low_balance" | "treasury.low_gas";
        };
        TreasuryReceipt: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The receipt that this may be, told again. */
            duplicateOf: string | null;
            /** @description The announced coins that these are. */
            fundingId: string | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The chain. */
            network: string | null;
            /**
             * @description Who keeps the coins.
             * @enum {string}
             */
            provider: "blockradar";
            /** @description The principal that decided about it; null: nobody had to. */
            reviewedBy: string | null;
            /**
             * @description `held` may be another receipt told again and is in no book; `gone` is not there after all.
             * @enum {string}
             */
            status: "booked" | "held" | "rejected" | "gone";
            /** @description The transaction on the chain; null: none (yet). */
            transactionHash: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
        };
        /**
         * @description - `treasury.funded`: Coins that were announced arrived in a master wallet.
         *     - `treasury.unexplained_receipt`: Coins arrived that nobody announced.
         *     - `treasury.receipt_held`: A receipt may be one that is booked already; a person must decide.
         *     - `treasury.receipt_undone`: The chain dropped a receipt that was booked.
         *     - `treasury.funding_undone`: The chain dropped a funding that was booked.
         */
        TreasuryReceiptEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Minor units of the asset. */
                amount: number;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
                /** @description The receipt that it may be, told again. */
                duplicateOf?: string | null;
                /** @description The chain. */
                network: string | null;
                /** @description Why, for people and auditors; null: nobody said. */
                reason?: string | null;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "treasury.funded" | "treasury.unexplained_receipt" | "treasury.receipt_held" | "treasury.receipt_undone" | "treasury.funding_undone";
        };
        TreasuryReceiptReason: {
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
        };
        TreasuryThreshold: {
            /** @description Major units, as a decimal string. */
            alertBelow: string;
            /** @description A token of the wallet, or its gas token. */
            asset: string;
        };
        UnexplainedReceipt: {
            /** @description In minor units of the asset or currency beside it. */
            amount: number;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description What was asked for, in minor units of `expectedAsset`; null: nothing was. */
            expectedAmount: number | null;
            /** @description In which asset it was asked for; null: nothing was. */
            expectedAsset: string | null;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description The provider's name of the money that came. */
            moneyReference: string;
            /** @description The payment that this is about; null: none. */
            paymentId: string | null;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "bank_transfer";
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string;
            /** @description Transfers that happened together share it; null: nothing was booked. */
            transactionId: string;
        };
        UnreadableEntry: {
            /** @description What the provider said, as JSON. */
            entry: string;
            /**
             * Format: date-time
             * @description When the provider first listed it.
             */
            firstSeenAt: string;
            /**
             * Format: date-time
             * @description When the provider last listed it.
             */
            lastSeenAt: string;
            /** @description The master wallet, or which list of the provider's it is on. */
            list: string;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar" | "bank_transfer";
            /** @description What is not as the provider documents it. */
            reason: string;
            /** @description The provider's id of it, or the digest of what it says. */
            reference: string;
        };
        /**
         * @description - `payment.unreadable_entry`: A provider lists a payment that cannot be read; the resource is the entry.
         *     - `refund.unreadable_entry`: A provider lists a refund that cannot be read.
         *     - `dispute.unreadable_entry`: A provider lists a dispute that cannot be read.
         *     - `invoice.unreadable_entry`: A provider lists an invoice or credit note that cannot be read.
         *     - `balance.unreadable_entry`: A provider's statement of our balance has an entry that cannot be read.
         *     - `treasury.unreadable_entry`: A provider lists a transaction of a master wallet that cannot be read.
         */
        UnreadableEntryEvent: {
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description The customer, by your own id; null when it is nobody's. */
            customerId: string | null;
            /** @description What is known of it at that moment; more fields may come with time. */
            data: {
                /** @description Which list it is in: a master wallet, or a kind of object. */
                list: string;
                /** @description Who carries the money. */
                provider: string;
                /** @description Why, for people and auditors; null: nobody said. */
                reason: string;
            };
            /** @description Unique; an event that is read twice has the same. */
            id: string;
            /** @description The id of what it is about. */
            resource: string;
            /**
             * @description Which kind it is; more may come with time. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            type: "payment.unreadable_entry" | "refund.unreadable_entry" | "dispute.unreadable_entry" | "invoice.unreadable_entry" | "balance.unreadable_entry" | "treasury.unreadable_entry";
        };
        /** @description The controls as they hold now, and the change that waits. */
        WaitingPayoutControls: {
            /** @description How long a new payout address waits before it can be used, in seconds. */
            coolingOffSeconds: number;
            /** @description Whether the kill switch is thrown: nothing is sent. */
            halted: boolean;
            /** @description The shorter cooling-off time that waits. */
            pendingChange: components["schemas"]["PayoutSettingChange"];
            /** @description Why, for people and auditors; null: nobody said. */
            reason: string | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The principal that changed it last. */
            updatedBy: string;
        };
        /** @description The policy as it holds now, and the change that waits. */
        WaitingPayoutPolicy: {
            /** @description Above this a second person must approve; 0: always; null: never. */
            approvalAbove: number | null;
            /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
            asset: string;
            /** @description Most for one customer in any 24 hours, in minor units; null: no limit. */
            customerDayMax: number | null;
            /** @description The fee, in hundredths of a per cent of the amount. */
            feeBasisPoints: number;
            /** @description The least fee, in minor units of the stablecoin. */
            feeMinimum: number;
            /** @description Most for all customers in any 24 hours, in minor units; null: no limit. */
            globalDayMax: number | null;
            /** @description Least that must arrive, in minor units of the stablecoin. */
            minimum: number;
            /** @description What becomes looser later, or by a second person. */
            pendingChange: components["schemas"]["PayoutSettingChange"];
            /** @description Most for one payout, in minor units; null: no limit. */
            perPayoutMax: number | null;
            /**
             * Format: date-time
             * @description When it changed last.
             */
            updatedAt: string;
            /** @description The principal that changed it last. */
            updatedBy: string;
        };
        Wallet: {
            /** @description One for each asset that the wallet ever held. */
            balances: components["schemas"]["Balance"][];
            /**
             * Format: date-time
             * @description When it was written down here.
             */
            createdAt: string;
            /** @description Your own user id. */
            customerId: string;
            /** @description Names this object; it sorts by age. */
            id: string;
        };
        WebhookEvent: {
            /** @description How often it was tried. */
            attempts: number;
            /** @description The provider's id of the event. */
            eventId: string;
            /** @description It was not delivered: it was found in the provider's own list of events. */
            healed: boolean;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description When it is tried again; null: it is not. */
            nextAttemptAt: string | null;
            /** @description Why it was ignored, or what went wrong last. */
            note: string | null;
            /** @description When it happened at the provider; null: it does not say. */
            occurredAt: string | null;
            /** @description When it was done with; null: not yet. */
            processedAt: string | null;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /**
             * Format: date-time
             * @description When it came here; null: it has not.
             */
            receivedAt: string;
            /** @description The object that it was about, e.g. a payment id. */
            resource: string | null;
            /**
             * @description `pending`: the worker will try; `dead`: a person must look.
             * @enum {string}
             */
            status: "pending" | "processed" | "ignored" | "dead";
            /** @description Which kind it is; more may come with time. */
            type: string;
        };
        WebhookEventWithPayload: {
            /** @description How often it was tried. */
            attempts: number;
            /** @description The provider's id of the event. */
            eventId: string;
            /** @description It was not delivered: it was found in the provider's own list of events. */
            healed: boolean;
            /** @description Names this object; it sorts by age. */
            id: string;
            /** @description When it is tried again; null: it is not. */
            nextAttemptAt: string | null;
            /** @description Why it was ignored, or what went wrong last. */
            note: string | null;
            /** @description When it happened at the provider; null: it does not say. */
            occurredAt: string | null;
            /** @description The body exactly as it was signed; only for back ends and administrators. */
            payload: string | null;
            /** @description When it was done with; null: not yet. */
            processedAt: string | null;
            /**
             * @description Who carries the money.
             * @enum {string}
             */
            provider: "stripe" | "coinbase" | "blockradar";
            /**
             * Format: date-time
             * @description When it came here; null: it has not.
             */
            receivedAt: string;
            /** @description The object that it was about, e.g. a payment id. */
            resource: string | null;
            /**
             * @description `pending`: the worker will try; `dead`: a person must look.
             * @enum {string}
             */
            status: "pending" | "processed" | "ignored" | "dead";
            /** @description Which kind it is; more may come with time. */
            type: string;
        };
        WebhookReceived: {
            /**
             * @description The event is durable.
             * @constant
             */
            received: true;
        };
    };
    responses: {
        /** @description The request is not what its schema says. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state of things does not allow it now. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The role may not do this, or a second person must. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It was there, and its time is over. */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A defect of ours. The request id helps us find it. */
        InternalServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such thing, or the caller may not know of it. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The balance is not enough. */
        PaymentRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Our own trouble, or a provider's: ask again with the same Idempotency-Key. */
        ServiceUnavailable: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too much at once; `Retry-After` says when to come again. */
        TooManyRequests: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No valid credential, or no valid signature. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Understood, and refused: see `code`. */
        UnprocessableContent: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is of another type. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["ApiKey"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id, as listed. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The key's id, as listed. */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateApiKey"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyWithSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAssets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Asset"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createAsset: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAsset"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asset"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Only deeds of this name. */
                action?: string;
                /** @description Only deeds of this principal. */
                actor?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only about the object with this id. */
                resource?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["AuditEvent"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listBankPayouts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Whose statement it is. */
                provider?: "stripe" | "coinbase" | "blockradar";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["BankPayout"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicConfig"];
                };
            };
            400: components["responses"]["BadRequest"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description The customer's e-mail address. */
                email?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Customer"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutCustomer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Customer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listInvoices: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "draft" | "open" | "paid" | "uncollectible" | "void";
                /** @description A subscription. */
                subscriptionId?: string;
            };
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Invoice"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPaymentMethods: {
        parameters: {
            query?: {
                /** @description Only those that this provider keeps. */
                provider?: "stripe";
            };
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethodList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    attachPaymentMethod: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AttachPaymentMethod"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethod"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    detachPaymentMethod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
                /** @description The provider's own id (Stripe `pm_...`). */
                methodId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethod"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setDefaultPaymentMethod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DefaultPaymentMethod"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethodList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPaymentMethodSetup: {
        parameters: {
            query?: {
                /** @description Who keeps it. When absent, the first provider that is set up. */
                provider?: "stripe";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethodSetup"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPaymentMethodSetup: {
        parameters: {
            query?: {
                /** @description Who keeps it. When absent, the first provider that is set up. */
                provider?: "stripe";
            };
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
                /** @description The saving of a payment method, by the provider's name. */
                setupId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentMethodSetup"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPayoutAddresses: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["PayoutAddress"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    addPayoutAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPayoutAddress"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutAddress"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    removePayoutAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A payout address. */
                addressId: string;
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutAddress"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPortalSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPortalSession"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PortalSession"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    summarizeSubscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionSummary"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getWallet: {
        parameters: {
            query?: {
                /** @description Balances as of this moment. */
                asOf?: string;
            };
            header?: never;
            path: {
                /** @description Your own user id. */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listDeposits: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "pending" | "credited" | "held" | "rejected" | "failed" | "quarantined" | "reversed";
                /** @description A wallet. */
                walletId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Deposit"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDeposit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A deposit. */
                depositId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deposit"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approveDeposit: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A deposit. */
                depositId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DepositReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deposit"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rejectDeposit: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A deposit. */
                depositId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DepositReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deposit"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rescanDeposit: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RescanRequest"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RescanRequest"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listDisputes: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description A payment. */
                paymentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Dispute"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getDispute: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A dispute. */
                disputeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    submitDisputeEvidence: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A dispute. */
                disputeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DisputeEvidence"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispute"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Follow events, oldest first, from here on: `start`, or the `nextCursor` of the page before, which is always there. A reader that goes on from it misses none. */
                after?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description The id of what they are about. */
                resource?: string;
                /** @description Only events of this type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Event"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listExports: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description What the file is written in; docs/exports.md says which kind has which. */
                format?: "csv" | "ndjson" | "parquet" | "hledger" | "beancount" | "quickbooks" | "xero" | "ofx" | "camt053";
                /** @description What the file is of. */
                kind?: "transfers" | "entries" | "payments" | "payouts" | "customer_statement" | "audit" | "journal";
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "queued" | "running" | "ready" | "failed" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Export"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createExport: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewExport"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An export. */
                exportId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    downloadExport: {
        parameters: {
            query: {
                /** @description Seconds since 1970. */
                expires: number;
                /** @description HMAC-SHA256 of the id and `expires`, in hex. */
                signature: string;
            };
            header?: never;
            path: {
                /** @description An export. */
                exportId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createGrant: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGrant"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createBulkGrant: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBulkGrant"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkGrantResult"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getInvoice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An invoice. */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    payInvoice: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description An invoice. */
                invoiceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvoicePayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invoice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                /** @description Balances as of this moment. */
                asOf?: string;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only of this kind. */
                kind?: "customer" | "system";
                /** @description Rows a page. */
                limit?: number;
                /** @description A wallet. */
                walletId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Account"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAccount: {
        parameters: {
            query?: {
                /** @description Balances as of this moment. */
                asOf?: string;
            };
            header?: never;
            path: {
                /** @description A ledger account. */
                accountId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPackages: {
        parameters: {
            query?: {
                /** @description Only of this status. */
                status?: "active" | "retired" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Package"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPackage: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPackage"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Package"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or code. */
                packageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Package"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updatePackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or code. */
                packageId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PackageChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Package"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPayments: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Created at or after. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this provider. */
                provider?: "stripe" | "coinbase" | "bank_transfer";
                /** @description Only of this status. */
                status?: "pending" | "requires_action" | "processing" | "succeeded" | "failed" | "canceled" | "expired" | "partially_refunded" | "refunded" | "disputed";
                /** @description Created before. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Payment"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPayment: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPayment"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelPayment: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    confirmPayment: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmPayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    confirmTransfer: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmTransfer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payment"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createRefund: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRefund"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPayoutControls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutControls"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setPayoutControls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayoutControlsChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutControls"];
                };
            };
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingPayoutControls"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPayoutPolicies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["PayoutPolicy"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putPayoutPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPayoutPolicy"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutPolicy"];
                };
            };
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingPayoutPolicy"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPayoutSettingChanges: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["PayoutSettingChange"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approvePayoutSettingChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The change's id. */
                changeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutSettingChange"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelPayoutSettingChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description The change's id. */
                changeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutSettingChange"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPayouts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description A payment. */
                paymentId?: string;
                /** @description Only of this status. */
                status?: "requested" | "awaiting_approval" | "approved" | "submitting" | "unknown" | "submitted" | "confirmed" | "failed" | "canceled";
                /** @description A wallet. */
                walletId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Payout"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPayout: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPayout"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPayout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    changePayout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayoutChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approvePayout: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovePayout"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelPayout: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayoutReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rejectPayout: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayoutReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    retryPayout: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A payout. */
                payoutId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayoutReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Payout"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    quotePayout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuotePayout"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PayoutQuote"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPeriods: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["AccountingPeriod"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPeriod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A month, `2026-11`. */
                month: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountingPeriod"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    closePeriod: {
        parameters: {
            query?: never;
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A month, `2026-11`. */
                month: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClosePeriod"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountingPeriod"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPlans: {
        parameters: {
            query?: {
                /** @description Only of this status. */
                status?: "active" | "retired" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Plan"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPlan"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or code. */
                planId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    updatePlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id or code. */
                planId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listPrincipals: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Principal"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getPrincipal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The principal's id. */
                principalId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Principal"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /** @description Which provider's side is shown. When absent, the first one that is set up. */
                provider?: "stripe";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    syncProducts: {
        parameters: {
            query?: {
                /** @description Which provider's side is shown. When absent, the first one that is set up. */
                provider?: "stripe";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductList"];
                };
            };
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductSyncQueued"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listProviderTransactions: {
        parameters: {
            query?: {
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description The provider's reference of a payout to your bank. */
                bankPayout?: string;
                /** @description Only of this category. */
                category?: "payment" | "payment_returned" | "refund" | "refund_returned" | "dispute" | "dispute_reversal" | "fee" | "tax" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve" | "deposit" | "withdrawal" | "internal" | "conversion" | "network_fee" | "other";
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Whose statement it is. */
                provider?: "stripe" | "coinbase" | "blockradar";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["ProviderTransaction"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listReconciliationBreaks: {
        parameters: {
            query?: {
                /** @description Only those that this person looks after. */
                assignee?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only of this kind. */
                kind?: "missing_here" | "missing_there" | "amount" | "currency" | "duplicate" | "fee_variance" | "unknown" | "changed" | "payout_sum" | "balance" | "unexplained_withdrawal";
                /** @description Rows a page. */
                limit?: number;
                /** @description Whose statement it is. */
                provider?: "stripe" | "coinbase" | "blockradar";
                /** @description Only of this status. */
                status?: "open" | "pending_approval" | "resolved" | "closed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["ReconciliationBreak"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getReconciliationBreak: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationBreakDetail"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approveReconciliationBreak: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationBreak"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assignReconciliationBreak: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReconciliationBreakAssignment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationBreak"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createReconciliationNote: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReconciliationNote"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationNote"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rejectReconciliationBreak: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationBreak"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resolveReconciliationBreak: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A break. */
                breakId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReconciliationResolution"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Which account at the provider, where there are several. */
                        account: string | null;
                        /**
                         * @description In days.
                         * @enum {string}
                         */
                        age: "0-1" | "2-5" | "6-10" | "11-30" | "over_30";
                        /** @description The principal that approved it; null: nobody did. */
                        approvedBy: string | null;
                        /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                        asset: string;
                        /** @description Who looks after it; null: nobody. */
                        assignee: string | null;
                        /** @description Ledger minus provider, in minor units. */
                        difference: number;
                        /**
                         * @description There when nothing was written: what would happen.
                         * @enum {boolean}
                         */
                        dryRun?: true;
                        /** @description When it ended; null: it has not. */
                        endedAt: string | null;
                        /**
                         * Format: date-time
                         * @description When it was found.
                         */
                        firstSeenAt: string;
                        /** @description Names this object; it sorts by age. */
                        id: string;
                        /**
                         * @description What is wrong; `suggestion` says what to do about it.
                         * @enum {string}
                         */
                        kind: "missing_here" | "missing_there" | "amount" | "currency" | "duplicate" | "fee_variance" | "unknown" | "changed" | "payout_sum" | "balance" | "unexplained_withdrawal";
                        /**
                         * Format: date-time
                         * @description When it was last found to be there.
                         */
                        lastSeenAt: string;
                        /** @description Minor units of the asset. */
                        ledger: number;
                        /**
                         * @description Whose statement it is.
                         * @enum {string}
                         */
                        provider: "stripe" | "coinbase" | "blockradar";
                        /** @description Minor units of the asset. */
                        providerAmount: number;
                        /** @description Why, for people and auditors; null: nobody said. */
                        reason: string | null;
                        /** @description The provider's reference of what differs. */
                        reference: string | null;
                        /** @description How it ended; null while it is open. */
                        resolution: ("booked" | "written_off" | "matched_later") | null;
                        /** @description Where the difference was put; null: nowhere. */
                        resolutionAccount: ("unexplained" | "provider_fees" | "fx_difference" | "bank" | "written_off") | null;
                        /** @description Who said what becomes of it; null: nobody, or it closed by itself. */
                        resolvedBy: string | null;
                        /**
                         * @description By amount and age.
                         * @enum {string}
                         */
                        severity: "low" | "medium" | "high" | "critical";
                        /**
                         * @description How far it is.
                         * @enum {string}
                         */
                        status: "open" | "pending_approval" | "resolved" | "closed";
                        /** @description What a person should do about it. */
                        suggestion: string;
                        /** @description The transfer that a resolution made. */
                        transactionId: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listReconciliations: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Whose statement it is. */
                provider?: "stripe" | "coinbase" | "blockradar";
                /** @description Only of this status. */
                status?: "queued" | "running" | "completed" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Reconciliation"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createReconciliation: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReconciliation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationPreview"];
                };
            };
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reconciliation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getReconciliation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A reconciliation. */
                reconciliationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reconciliation"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listRefunds: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description A payment. */
                paymentId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Refund"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A refund. */
                refundId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listStatementLines: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this provider. */
                provider?: "stripe" | "coinbase" | "bank_transfer";
                /** @description Only of this status. */
                status?: "booked" | "unmatched";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["StatementLine"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    importStatementLines: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportStatementLines"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatementImport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Your own user id. */
                customerId?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "requested" | "failed" | "incomplete" | "incomplete_expired" | "trialing" | "active" | "past_due" | "unpaid" | "paused" | "canceled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Subscription"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createSubscription: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubscription"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    changeSubscription: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionChange"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"] | components["schemas"]["NextInvoice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelSubscription: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubscriptionCancellation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    pauseSubscription: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    previewSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePreview"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NextInvoice"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resumeSubscription: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A subscription. */
                subscriptionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTransfers: {
        parameters: {
            query?: {
                /** @description A ledger account. */
                accountId?: string;
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Created at or after. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Created before. */
                to?: string;
                /** @description Only of this type. */
                type?: "payment_received" | "provider_fee" | "purchase" | "grant" | "debit" | "unexplained_receipt" | "expired" | "deposit_received" | "deposit" | "deposit_dust" | "deposit_undone" | "refund" | "refund_returned" | "dispute_withdrawn" | "dispute_reinstated" | "dispute_lost" | "restored" | "take_back" | "debt_incurred" | "debt_repaid" | "debt_written_off" | "conversion" | "conversion_received" | "payout_reserved" | "payout_released" | "payout" | "payout_fee" | "payout_sent" | "payout_exchange" | "unexplained_withdrawal" | "network_fee" | "treasury_funding" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve_held" | "reserve_released" | "currency_exchange" | "difference_booked" | "difference_written_off" | "revenue_recognized" | "revenue_reversed" | "breakage_recognized" | "breakage_reversed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Transfer"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A transfer. */
                transferId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getTreasury: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Treasury"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listFundings: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Funding"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createFunding: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFunding"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Funding"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    cancelFunding: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description An announced funding. */
                fundingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Funding"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listTreasuryReceipts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "booked" | "held" | "rejected" | "gone";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["TreasuryReceipt"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    approveTreasuryReceipt: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Coins that came to a master wallet. */
                receiptId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TreasuryReceiptReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TreasuryReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rejectTreasuryReceipt: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description Coins that came to a master wallet. */
                receiptId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TreasuryReceiptReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TreasuryReceipt"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setTreasuryThreshold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The provider's name of the master wallet. */
                walletReference: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TreasuryThreshold"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TreasuryThreshold"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listUnexplainedReceipts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["UnexplainedReceipt"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listUnreadableEntries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["UnreadableEntry"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listDepositAddresses: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["DepositAddress"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createDepositAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DepositAddressRequest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepositAddress"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getAutoTopUp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutoTopUp"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    putAutoTopUp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutAutoTopUp"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutoTopUp"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    deleteAutoTopUp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutoTopUp"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAutoTopUpConsents: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["AutoTopUpConsent"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listAutoTopUpAttempts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["AutoTopUpAttempt"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    resumeAutoTopUp: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AutoTopUp"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createConversion: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConversion"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversion"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createCredit: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredit"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    createDebit: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDebit"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Movement"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    writeOffDebt: {
        parameters: {
            query?: {
                /** @description Answer what would happen; write nothing. */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description 1 to 255 visible characters, unique per intended effect. Required where money moves. */
                "idempotency-key": string;
            };
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDebtWriteOff"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebtWriteOff"];
                };
            };
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DebtWriteOff"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            402: components["responses"]["PaymentRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listEntries: {
        parameters: {
            query?: {
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Created at or after. */
                from?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Created before. */
                to?: string;
                /** @description Only of this type. */
                type?: "payment_received" | "provider_fee" | "purchase" | "grant" | "debit" | "unexplained_receipt" | "expired" | "deposit_received" | "deposit" | "deposit_dust" | "deposit_undone" | "refund" | "refund_returned" | "dispute_withdrawn" | "dispute_reinstated" | "dispute_lost" | "restored" | "take_back" | "debt_incurred" | "debt_repaid" | "debt_written_off" | "conversion" | "conversion_received" | "payout_reserved" | "payout_released" | "payout" | "payout_fee" | "payout_sent" | "payout_exchange" | "unexplained_withdrawal" | "network_fee" | "treasury_funding" | "bank_payout" | "bank_payout_returned" | "bank_top_up" | "reserve_held" | "reserve_released" | "currency_exchange" | "difference_booked" | "difference_written_off" | "revenue_recognized" | "revenue_reversed" | "breakage_recognized" | "breakage_reversed";
            };
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Entry"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listLots: {
        parameters: {
            query?: {
                /** @description What is counted: a credit type, a fiat currency or a stablecoin. */
                asset?: string;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this status. */
                status?: "active" | "expired" | "used";
            };
            header?: never;
            path: {
                /** @description A wallet. */
                walletId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["Lot"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only events that were found in the provider's list, or only those that were delivered. */
                healed?: "true" | "false";
                /** @description Rows a page. */
                limit?: number;
                /** @description Only of this provider. */
                provider?: "stripe" | "coinbase" | "blockradar";
                /** @description Only about the object with this id. */
                resource?: string;
                /** @description Only of this status. */
                status?: "pending" | "processed" | "ignored" | "dead";
                /** @description Only of this type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The rows of this page. */
                        data: components["schemas"]["WebhookEvent"][];
                        /** @description Send it as `cursor` for the next page; null: this is the last. */
                        nextCursor: string | null;
                    };
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    getWebhookEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A webhook event. */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventWithPayload"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    replayWebhookEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 255 visible characters, unique per intended effect. */
                "idempotency-key"?: string;
            };
            path: {
                /** @description A webhook event. */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventWithPayload"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    receiveBlockradarWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceived"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    receiveCoinbaseWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceived"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    receiveStripeWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceived"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
