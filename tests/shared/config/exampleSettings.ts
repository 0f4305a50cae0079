/** The least that a deployment must set. */
export const CLOUD_SETTINGS = {
  ServiceBusConnection__fullyQualifiedNamespace: 'contoso.servicebus.windows.net',
  StateStorage__tableServiceUri: 'https://contoso.table.core.windows.net',
  StateStorage__blobServiceUri: 'https://contoso.blob.core.windows.net',
  DEFENDER_TENANT_ID: '11111111-2222-4333-8444-555555555555',
};

export const APP_ID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
