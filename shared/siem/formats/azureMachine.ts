const MACHINE =
  /\/(?:microsoft\.compute\/virtualmachines|microsoft\.hybridcompute\/machines)\/([^/]{1,128})$/i;

/** The name in the id of an Azure resource, if it is a virtual machine or a machine of Azure Arc; else null. */
export function azureMachineOf(resourceId: string | null): string | null {
  return MACHINE.exec(resourceId ?? '')?.[1] ?? null;
}
