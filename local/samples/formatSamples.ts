import { HOUR_MS } from '../../shared/clock/durations';
import { WELL_KNOWN } from '../defender/wellKnown';
import type { At, Sample } from './Sample';

const { machines, files, alerts } = WELL_KNOWN;
const { workstation } = machines;
const INCIDENT =
  '/subscriptions/s/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/soc/providers/Microsoft.SecurityInsights/Incidents/4711';

/** Messages as products write them. */
export function formatSamples(at: At): readonly Sample[] {
  return [
    {
      name: 'sentinel-incident',
      title: 'a Sentinel incident: one lookup a machine or file',
      body: JSON.stringify(sentinelIncident(at(-HOUR_MS))),
      expected: ['found', 'found'],
    },
    {
      name: 'sentinel-host-unknown-id',
      title: 'Sentinel host of an unknown device id: found by name',
      body: JSON.stringify(hostOfUnknownId(at(-HOUR_MS))),
      expected: ['found'],
    },
    {
      name: 'graph-alert-created',
      title: 'an event of Microsoft Graph: the id of an alert',
      body: JSON.stringify(alertCreated(at(-HOUR_MS))),
      expected: ['found'],
    },
  ];
}

function sentinelIncident(seenAt: string): unknown {
  return {
    objectSchemaType: 'Incident',
    objectEventType: 'Create',
    eventUniqueId: 'd2f7a3c1-8f6e-4b59-9a55-3a6f0a4f5b10',
    object: {
      id: INCIDENT,
      type: 'Microsoft.SecurityInsights/Incidents',
      properties: {
        title: 'Malware was detected on one endpoint',
        incidentNumber: 4711,
        lastActivityTimeUtc: seenAt,
        alerts: [
          {
            properties: {
              productName: 'Microsoft Defender for Endpoint',
              providerAlertId: alerts.onWorkstation,
              alertDisplayName: 'EICAR was detected',
            },
          },
        ],
        relatedEntities: [
          hostEntity(workstation.computerDnsName, workstation.id),
          { kind: 'FileHash', properties: { hashValue: files.eicar.sha1, algorithm: 'SHA1' } },
        ],
      },
    },
  };
}

/** As when the machine was onboarded again since the incident. */
function hostOfUnknownId(seenAt: string): unknown {
  return {
    objectSchemaType: 'Incident',
    objectEventType: 'Create',
    eventUniqueId: '0b6c61d8-3a57-4d0c-8a0f-5a1d2f4cf9a7',
    object: {
      id: INCIDENT,
      type: 'Microsoft.SecurityInsights/Incidents',
      properties: {
        title: 'A sign-in from an unusual host',
        incidentNumber: 4712,
        lastActivityTimeUtc: seenAt,
        relatedEntities: [hostEntity(workstation.computerDnsName, 'e'.repeat(40))],
      },
    },
  };
}

function hostEntity(fullName: string, deviceId: string): unknown {
  const [hostName, ...domain] = fullName.split('.');
  return {
    kind: 'Host',
    properties: {
      hostName,
      dnsDomain: domain.join('.'),
      additionalData: { MdatpDeviceId: deviceId },
    },
  };
}

function alertCreated(time: string): unknown {
  return {
    specversion: '1.0',
    id: '00d8a100-2e92-4bfa-86e1-0056dacd0fce',
    type: 'Microsoft.Graph.AlertCreated',
    source: '/tenants/contoso/applications/siem',
    time,
    data: {
      changeType: 'created',
      resource: `security/alerts_v2/${alerts.onServer}`,
      resourceData: { id: alerts.onServer },
    },
  };
}
