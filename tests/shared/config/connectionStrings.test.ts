import {
  isServiceBusConnectionString,
  isStorageConnectionString,
} from '../../../shared/config/connectionStrings';

const NAMESPACE = 'Endpoint=sb://contoso.servicebus.windows.net/';

describe('isServiceBusConnectionString', () => {
  it.each([
    `${NAMESPACE};SharedAccessKeyName=app;SharedAccessKey=a2V5PT0=`,
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=local;UseDevelopmentEmulator=true',
    `${NAMESPACE};SharedAccessSignature=SharedAccessSignature sr=x&sig=y`,
    `endpoint=sb://localhost ; sharedaccesskeyname = a ; sharedaccesskey = b ;`,
  ])('accepts %s', (text) => {
    expect(isServiceBusConnectionString(text)).toBe(true);
  });

  it.each([
    'contoso.servicebus.windows.net',
    NAMESPACE,
    `${NAMESPACE};SharedAccessKeyName=a`,
    `${NAMESPACE};SharedAccessKeyName=a;SharedAccessKey=`,
    'SharedAccessKeyName=a;SharedAccessKey=b',
    'Endpoint=https://contoso.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b',
    'Endpoint=sb://contoso/path;SharedAccessKeyName=a;SharedAccessKey=b',
    `${NAMESPACE};SharedAccessKeyName=a;SharedAccessKey=b;EntityPath=siem-indicators`,
  ])('refuses %s', (text) => {
    expect(isServiceBusConnectionString(text)).toBe(false);
  });
});

describe('isStorageConnectionString', () => {
  it.each([
    'UseDevelopmentStorage=true',
    'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=a2V5PT0=;EndpointSuffix=core.windows.net',
    'BlobEndpoint=https://c.blob.core.windows.net;TableEndpoint=https://c.table.core.windows.net;SharedAccessSignature=sv=x&sig=y',
  ])('accepts %s', (text) => {
    expect(isStorageConnectionString(text)).toBe(true);
  });

  it.each([
    'UseDevelopmentStorage=false',
    'AccountName=contoso',
    'AccountName=contoso;AccountKey=',
    'https://contoso.blob.core.windows.net',
    'BlobEndpoint=https://c.blob.core.windows.net;SharedAccessSignature=sv=x&sig=y',
  ])('refuses %s', (text) => {
    expect(isStorageConnectionString(text)).toBe(false);
  });
});
