-- Of invoices that were credited before, the first payments bore it, the largest first.
UPDATE payments p SET invoice_id = i.id
  FROM invoices i JOIN payments first ON first.id = i.payment_id
 WHERE p.flow = 'invoice' AND first.flow = 'invoice' AND p.metadata->>'invoice' = first.metadata->>'invoice';--> statement-breakpoint
UPDATE payments p SET amount_credited = least(s.amount, greatest(0, s.credited - s.before))
  FROM (SELECT q.id, q.amount, i.credited,
               coalesce(sum(q.amount) OVER (PARTITION BY q.invoice_id ORDER BY q.amount DESC, q.money_reference
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
          FROM payments q JOIN invoices i ON i.id = q.invoice_id WHERE i.credited > 0 AND i.booked_at IS NOT NULL) s
 WHERE s.id = p.id AND s.credited > s.before;
