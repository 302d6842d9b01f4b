'use strict';

// What the settings template renders for an environment with default values.
module.exports = {
  customer: 'acme',
  environment: 'dev',
  showList: true,
  listTtl: { sms: null, default: 86400 },
  resume: { destination: 'workflow', workflow: 'park' },
  taskTimeout: 86400,
  reinvites: 2,
  durableWake: false,
  onExpired: 'new_interaction',
  mirrorAttributes: false,
  allowedOrigins: ['https://flex.twilio.com'],
  agentResume: 'direct',
  supervisorRoles: ['admin', 'supervisor'],
  leaseSeconds: 15,
  recordDoneTtl: 86400,
  deadlines: { webhook: 4000, park: 8000 },
};
